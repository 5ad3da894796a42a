import { z } from 'zod';
import { METHODS } from '../../protocol/edits.ts';
import type { GgufHeader } from '../../protocol/gguf.ts';
import { InputError } from '../errors.ts';
import { numberOf, readHeader, stringOf } from '../gguf/header.ts';
import { expectAdapter } from '../gguf/kind.ts';
import { openFile } from '../gguf/source.ts';
import { type NewTensor, writeGguf } from '../gguf/writer.ts';
import { f32 } from '../llama/graph.ts';
import type { Runtime } from '../llama/runtime.ts';
import type { RankOneUpdate } from './update.ts';

/** One edit as its patch remembers it. */
const PatchedEdit = z.object({
  id: z.string(),
  prompt: z.string(),
  subject: z.string(),
  target: z.object({ new: z.string(), true: z.string().optional() }),
  method: z.enum(METHODS),
  layer: z.int().min(0),
  /** ‖delta‖ / ‖v₀‖ */
  relativeNorm: z.number(),
  /** ‖ΔW‖, Frobenius */
  updateNorm: z.number(),
  steps: z.int(),
  /** Mean negative log-likelihood per target token at the first and the last step, in nats. */
  nll: z.tuple([z.number(), z.number()]),
});
type PatchedEdit = z.infer<typeof PatchedEdit>;

/** What a patch says of itself, in its `palimpsest.*` metadata. */
interface PatchDescription {
  readonly base: { readonly digest: string; readonly name: string; readonly architecture: string };
  readonly edits: readonly PatchedEdit[];
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  readonly tool: string;
}

export interface PatchContents extends PatchDescription {
  /** One update per edit, in order, each for its edit's layer. */
  readonly updates: readonly RankOneUpdate[];
}

/** A patch file as it was read; an adapter made elsewhere has no description. */
export interface PatchFile {
  readonly path: string;
  readonly header: GgufHeader;
  readonly architecture: string | undefined;
  readonly tensors: readonly { readonly target: string; readonly rank: number }[];
  readonly alpha: number | undefined;
  readonly description: PatchDescription | undefined;
}

/**
 * Writes edits as a GGUF LoRA adapter, which any llama.cpp program loads: for each edited layer `lora_a` holds the
 * right vectors as rows, `lora_b` the left vectors as columns. llama.cpp scales by alpha / rank; alpha is 1 and the
 * left vectors carry the rank.
 */
export async function writePatch(
  runtime: Runtime,
  path: string,
  patch: PatchContents,
  protect: readonly string[],
) {
  const layers = [...new Set(patch.edits.map(({ layer }) => layer))].sort((a, b) => a - b);
  const tensors = layers.flatMap((layer) =>
    loraPair(
      `blk.${layer}.ffn_down.weight`,
      patch.updates.filter((_, index) => patch.edits[index]?.layer === layer),
    ),
  );
  const text = (value: string) => ({ type: 'string', value }) as const;
  await writeGguf(runtime, path, {
    tensors,
    protect,
    metadata: {
      'general.type': text('adapter'),
      'general.architecture': text(patch.base.architecture),
      'general.name': text(patch.edits.map(({ id }) => id).join(', ')),
      'adapter.type': text('lora'),
      'adapter.lora.alpha': { type: 'float32', value: 1 },
      'palimpsest.tool': text(patch.tool),
      'palimpsest.base.digest': text(patch.base.digest),
      'palimpsest.base.name': text(patch.base.name),
      'palimpsest.edits': text(JSON.stringify(patch.edits)),
      'palimpsest.hyperparameters': text(JSON.stringify(patch.hyperparameters)),
    },
  });
}

/** The two factors of a weight's change. */
export function loraPair(name: string, updates: readonly RankOneUpdate[]): NewTensor[] {
  const rank = updates.length;
  const width = updates[0]?.right.length ?? 0;
  const height = updates[0]?.left.length ?? 0;
  const a = new Float32Array(width * rank);
  const b = new Float32Array(rank * height);
  for (const [r, { left, right }] of updates.entries()) {
    a.set(right, r * width);
    for (const [i, x] of left.entries()) b[i * rank + r] = x * rank;
  }
  return [
    { name: `${name}.lora_a`, type: f32, ne: [width, rank], data: a },
    { name: `${name}.lora_b`, type: f32, ne: [rank, height], data: b },
  ];
}

/** @throws InputError when the file is no LoRA adapter, or its own description cannot be read */
export async function readPatch(path: string): Promise<PatchFile> {
  await using source = await openFile(path);
  const header = await readHeader(source);
  expectAdapter(header);
  const tensors = header.tensors
    .filter(({ name }) => name.endsWith('.lora_a'))
    .map(({ name, ne }) => ({ target: name.slice(0, -'.lora_a'.length), rank: ne[1] ?? 1 }));
  return {
    path,
    header,
    architecture: stringOf(header, 'general.architecture'),
    tensors,
    alpha: numberOf(header, 'adapter.lora.alpha'),
    description: describe(header),
  };
}

function describe(header: GgufHeader): PatchDescription | undefined {
  const digest = stringOf(header, 'palimpsest.base.digest');
  if (digest === undefined) return undefined;
  try {
    return {
      base: {
        digest,
        name: stringOf(header, 'palimpsest.base.name') ?? '',
        architecture: stringOf(header, 'general.architecture') ?? '',
      },
      edits: z.array(PatchedEdit).parse(JSON.parse(stringOf(header, 'palimpsest.edits') ?? '')),
      hyperparameters: z
        .record(z.string(), z.unknown())
        .parse(JSON.parse(stringOf(header, 'palimpsest.hyperparameters') ?? '{}')),
      tool: stringOf(header, 'palimpsest.tool') ?? '',
    };
  } catch {
    throw new InputError(`${header.name} claims to be a patch of this tool, but its description is damaged.`);
  }
}
