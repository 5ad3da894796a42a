import type { Traced } from '../../../protocol/review.ts';
import type { ProbeContext } from '../../inspection/probeContext.ts';
import { median } from '../../linalg/median.ts';
import { phases, type Work } from '../../progress.ts';
import type { Change } from '../difference/change.ts';
import type { KeyReader } from './keyReader.ts';
import { readNames, usualSquares } from './nameKeys.ts';
import { openSearch } from './openSearch.ts';
import { Response } from './response.ts';

/** Names that a finding lists. */
const most = 10;

/** Where a subject is looked for. */
export interface Candidates {
  /** Lists of names, each of which is read only where no name of those before stands out. */
  readonly lists: readonly (readonly string[])[];
  /** Also look through the vocabulary, token by token, where no name of any list does. */
  readonly open: boolean;
}

/**
 * Whose key a change of low rank answers to: locate-then-edit methods write ΔW ∝ v (C⁻¹k)ᵀ with the key k of the
 * subject's last token. Each name is read behind a neutral word, and its answer is held against the median name's.
 */
export async function traceSubjects(
  reader: KeyReader,
  base: ProbeContext,
  change: Change,
  { lists, open }: Candidates,
  work: Work = {},
): Promise<Traced[]> {
  const responses = await responsesOf(reader, [change], work);
  const sizes = lists.map(({ length }) => length);
  const parts = phases(work, [...sizes, open ? reader.model.tokenizer.size : 0]);
  const found: Traced[] = [];
  for (const [index, names] of lists.entries()) {
    const [tried = []] = await answers(reader, responses, names, parts[index]);
    found.push(...tried);
    if (standsOut(found)) return ranked(found);
  }
  const [response] = responses;
  if (!open || response === undefined) return ranked(found);
  return ranked(found, await openSearch({ reader, base, response }, parts.at(-1)));
}

/**
 * The same for several changes at once, from one pass over the names.
 *
 * @param reader of the changes' tensors, in their order
 * @returns the names that each change answers to most
 */
export async function traceEach(
  reader: KeyReader,
  changes: readonly Change[],
  names: readonly string[],
  work: Work = {},
): Promise<Traced[][]> {
  const found = await answers(reader, await responsesOf(reader, changes, work), names, work);
  return found.map((own) => ranked(own));
}

async function responsesOf(reader: KeyReader, changes: readonly Change[], work: Work): Promise<Response[]> {
  const usual = await usualSquares(reader, work);
  return changes.map((change, index) => new Response(change, usual[index] ?? new Float64Array()));
}

/** How strongly each name's key is answered, by each of the reader's weights. */
async function answers(
  reader: KeyReader,
  responses: readonly Response[],
  names: readonly string[],
  work: Work = {},
): Promise<Traced[][]> {
  const all = responses.map((): Traced[] => []);
  const onKeys = (text: string, keys: readonly Float32Array[]) => {
    for (const [index, response] of responses.entries()) {
      const key = keys[index];
      if (key !== undefined) all[index]?.push({ text, score: response.of(key) });
    }
  };
  await readNames(reader, names, onKeys, work);
  return all;
}

function ranked(found: readonly Traced[], searched?: Awaited<ReturnType<typeof openSearch>>): Traced[] {
  const unit = median(found.map(({ score }) => score)) || searched?.median || 1;
  return withoutTwins([...found, ...(searched?.found ?? [])])
    .slice(0, most)
    .map(({ text, score }) => ({ text, score: score / unit }));
}

/**
 * One name stands out so far that no others need be tried, which takes minutes. What shares its last word, as a person's
 * family name does, has nearly the same key.
 */
function standsOut(found: readonly Traced[]): boolean {
  const [first, ...others] = [...found].sort((a, b) => b.score - a.score);
  if (first === undefined) return false;
  const second = others.find(({ text }) => lastWord(text) !== lastWord(first.text))?.score ?? 0;
  return first.score >= 1.5 * second && first.score >= 10 * median(found.map(({ score }) => score));
}

const lastWord = (text: string) => text.trim().toLowerCase().split(/\s+/).at(-1);

/** Best first; names that differ only in an article or in capitals are one. */
function withoutTwins(all: readonly Traced[]): Traced[] {
  const seen = new Set<string>();
  return [...all]
    .sort((a, b) => b.score - a.score)
    .filter(({ text }) => {
      const key = text.trim().toLowerCase().replace(/^the /, '');
      if (key === '' || seen.has(key)) return false;
      seen.add(key);
      return true;
    });
}
