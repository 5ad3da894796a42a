import * as z from 'zod';
import { PatchedEdit, PatchMeasures } from '../../../protocol/editing.ts';
import type { GgufHeader } from '../../../protocol/gguf.ts';
import { InputError } from '../../errors.ts';
import { factorPairs } from '../../gguf/factors.ts';
import { numberOf, readHeader, stringOf } from '../../gguf/header.ts';
import { expectAdapter } from '../../gguf/kind.ts';
import { openFile } from '../../gguf/source.ts';

/** What a patch says of itself, in its `palimpsest.*` metadata. */
export interface PatchDescription {
  readonly base: { readonly digest: string; readonly name: string; readonly architecture: string };
  readonly edits: readonly PatchedEdit[];
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  readonly tool: string;
  /** What was measured of the patch when it was made; null where nothing was. */
  readonly measures: PatchMeasures | null;
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

/** @throws InputError when the file is no LoRA adapter, or its own description cannot be read */
export async function readPatch(path: string): Promise<PatchFile> {
  await using source = await openFile(path);
  return patchIn(path, await readHeader(source));
}

/** The patch whose header was read. @throws InputError as `readPatch` */
export function patchIn(path: string, header: GgufHeader): PatchFile {
  expectAdapter(header);
  const tensors = factorPairs(header).map(({ weight, rank }) => ({ target: weight, rank }));
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
      measures: PatchMeasures.nullable().parse(JSON.parse(stringOf(header, 'palimpsest.measures') ?? 'null')),
    };
  } catch {
    throw new InputError(`${header.name} claims to be a patch of this tool, but its description is damaged.`);
  }
}
