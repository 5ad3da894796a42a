import { PATCH_FORMAT, readDescription, UnreadablePatch } from '../../../formats/patch/index.ts';
import type { GgufHeader } from '../../../protocol/gguf.ts';
import type { PatchDescription } from '../../../protocol/patches.ts';
import { InputError } from '../../errors.ts';
import { openFile } from '../../files/source.ts';
import { adapterWarnings, alphaOf } from '../../gguf/adapter.ts';
import { factorPairs } from '../../gguf/factors.ts';
import { architectureOf, numberOf, readHeader, stringOf } from '../../gguf/header.ts';
import { expectAdapter } from '../../gguf/kind.ts';
import { KEYS } from '../../gguf/names.ts';
import { LONG_OWN } from '../../gguf/values.ts';
import { readJson } from '../../json/readJson.ts';

/**
 * Values that a text of a patch may hold: ten thousand edits with what is said of each. The bound keeps a hostile file
 * within 200 MB of memory.
 */
export const MOST_VALUES = 1_000_000;

/** A patch file as it was read; an adapter made elsewhere has no description. */
export interface PatchFile {
  readonly path: string;
  readonly header: GgufHeader;
  readonly architecture: string | undefined;
  readonly tensors: readonly { readonly target: string; readonly rank: number }[];
  readonly alpha: number;
  readonly description: PatchDescription | undefined;
  /** What llama.cpp does otherwise with it than its maker meant; sentences. */
  readonly warnings: readonly string[];
}

/** @throws InputError when the file is no LoRA adapter, or its own description cannot be read */
export async function readPatch(path: string): Promise<PatchFile> {
  await using source = await openFile(path);
  return patchIn(path, await readHeader(source));
}

/** The patch whose header was read. @throws InputError as `readPatch` */
export function patchIn(path: string, header: GgufHeader): PatchFile {
  expectAdapter(header);
  return {
    path,
    header,
    architecture: stringOf(header, KEYS.architecture),
    tensors: factorPairs(header).map(({ weight, rank }) => ({ target: weight, rank })),
    alpha: alphaOf(header),
    description: describe(header),
    warnings: adapterWarnings(header),
  };
}

function describe(header: GgufHeader): PatchDescription | undefined {
  const digest = stringOf(header, 'palimpsest.base.digest');
  if (digest === undefined) return undefined;
  const values = {
    format: numberOf(header, 'palimpsest.format') ?? PATCH_FORMAT,
    base: { digest, name: stringOf(header, 'palimpsest.base.name') },
    tool: stringOf(header, 'palimpsest.tool'),
    edits: jsonIn(header, 'palimpsest.edits'),
    hyperparameters: jsonIn(header, 'palimpsest.hyperparameters'),
    measures: jsonIn(header, 'palimpsest.measures'),
  };
  try {
    return readDescription(values, architectureOf(header));
  } catch (error) {
    if (!(error instanceof UnreadablePatch)) throw error;
    throw new InputError(`${header.name} ${error.message}.`, { cause: error });
  }
}

/** The value of a text in JSON; undefined where there is none. */
function jsonIn(header: GgufHeader, key: string): unknown {
  const text = header.metadata.get(key);
  if (text === undefined) return undefined;
  const damaged = (why: string) =>
    new InputError(
      `${header.name} claims to be a patch of palimpsest, but its description is damaged: ${key}: ${why}.`,
    );
  if (text.type !== 'string') throw damaged(`is a ${text.type}, not a string of up to ${LONG_OWN >> 20} MB`);
  const read = readJson(text.value, MOST_VALUES);
  if ('problems' in read) throw damaged(read.problems[0]?.message ?? 'is no JSON');
  return read.value;
}
