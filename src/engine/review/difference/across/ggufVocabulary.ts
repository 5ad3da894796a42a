import type { GgufHeader } from '../../../../protocol/gguf.ts';
import { openFile } from '../../../files/source.ts';
import { Cursor } from '../../../gguf/cursor.ts';
import type { Tokenizer } from '../../../safetensors/tokenizer.ts';
import type { Work } from '../../../work/progress.ts';

/** Items in which a list of GGUF differs from what a tokenizer says. */
export interface ListDiff {
  readonly changed: number;
  readonly of: number;
  /** `[number, in the GGUF, in the tokenizer]`, the first ten. */
  readonly first: readonly (readonly [number, string | undefined, string | undefined])[];
}

const maxShown = 10;

/** Compares the tokens, number by number. Fillers that the converter writes for numbers without a token are none. */
export async function tokensDiffer(
  file: string,
  header: GgufHeader,
  tokens: NonNullable<Tokenizer['tokens']>,
  work?: Work,
): Promise<ListDiff | undefined> {
  const most = Math.max(...[...tokens.keys()].slice(-1), tokens.size - 1);
  return await listDiff(
    file,
    header,
    'tokenizer.ggml.tokens',
    most + 1,
    sameToken,
    (i) => tokens.get(i),
    work,
  );
}

export async function mergesDiffer(
  file: string,
  header: GgufHeader,
  merges: readonly string[],
  work?: Work,
): Promise<ListDiff | undefined> {
  const same = (one: string | undefined, other: string | undefined) => one === other;
  return await listDiff(file, header, 'tokenizer.ggml.merges', merges.length, same, (i) => merges[i], work);
}

/** The converter writes the mark of a space as a space in tokens of the user's, and fills gaps with [PAD n]. */
function sameToken(gguf: string | undefined, own: string | undefined): boolean {
  if (own === undefined) return gguf === undefined || /^\[PAD\d+\]$/.test(gguf);
  return gguf === own || gguf === own.replaceAll('▁', ' ');
}

/** @returns undefined where the header has no such list */
async function listDiff(
  file: string,
  header: GgufHeader,
  key: string,
  length: number,
  same: (gguf: string | undefined, own: string | undefined) => boolean,
  own: (index: number) => string | undefined,
  work?: Work,
): Promise<ListDiff | undefined> {
  const array = header.metadata.get(key);
  if (array?.type !== 'array' || array.items !== 'string') return undefined;
  const of = Math.max(array.length, length);
  const first: ListDiff['first'][number][] = [];
  let changed = 0;
  const compare = (index: number, text: string | undefined) => {
    if (same(text, own(index))) return;
    changed++;
    if (first.length < maxShown) first.push([index, text, own(index)]);
  };
  const utf8 = new TextDecoder();
  await using source = await openFile(file);
  await new Cursor(source, array.offset, work).eachString(array.length, key, (bytes, index) =>
    compare(index, utf8.decode(bytes)),
  );
  for (let index = array.length; index < of; index++) compare(index, undefined);
  return { changed, of, first };
}
