import type { Work } from '../../work/progress.ts';
import names from '../attribution/names.json';
import type { KeyReader } from './keyReader.ts';

/** What names are put after, so that none opens the text: a beginning is made of other tokens. */
export const lead = 'About';

/** Tokens of the longest name that is read. */
const maxLength = 64;
/** Names, at least, that show how large keys usually are. */
const usual = 500;

/** Reads what each of the reader's weights is multiplied with, and may give, at the last token of each name. */
export async function readNames(
  reader: KeyReader,
  names: readonly string[],
  onKeys: (name: string, keys: readonly Float32Array[], values: readonly Float32Array[]) => void,
  work: Work = {},
): Promise<void> {
  const { tokenizer } = reader.model;
  const tried = [...new Set(names)]
    .map((name) => ({ name, tokens: tokenizer.prompt(`${lead} ${name}`) }))
    .filter(({ tokens }) => tokens.length <= maxLength);
  await reader.read(
    tried.map(({ tokens }) => tokens),
    (text, keys, values) => onKeys(tried[text]?.name ?? '', keys, values),
    work,
  );
}

/**
 * The mean square of each dimension of a key over some well-known names, for each of the reader's weights.
 *
 * @returns shapes [weights][width]
 */
export async function usualSquares(reader: KeyReader, { signal }: Work): Promise<Float64Array[]> {
  const step = Math.max(1, Math.floor(names.length / usual));
  const some = names.filter((_, index) => index % step === 0);
  const sums: Float64Array[] = [];
  const add = (_: string, keys: readonly Float32Array[]) => {
    for (const [index, key] of keys.entries()) {
      const sum = sums[index] ?? new Float64Array(key.length);
      sums[index] = sum;
      for (let i = 0; i < key.length; i++)
        sum[i] = (sum[i] as number) + (key[i] as number) ** 2 / some.length;
    }
  };
  await readNames(reader, some, add, { signal });
  return sums;
}
