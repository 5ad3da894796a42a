import type { Traced } from '../../../protocol/review.ts';
import type { ProbeContext } from '../../inspection/probeContext.ts';
import { median } from '../../numeric/median.ts';
import { phases, type Work } from '../../work/progress.ts';
import type { Change } from '../difference/change.ts';
import { attributionRules } from '../rules.ts';
import type { KeyReader } from './keyReader.ts';
import { likeliestFirst } from './likelihood.ts';
import { readNames, usualSquares } from './nameKeys.ts';
import { openSearch } from './openSearch.ts';
import { Response } from './response.ts';

const { anotherName, leadOfSubject, responseOfSubject } = attributionRules;

/** Names that a finding lists. */
const limit = 10;

/** Where a subject is looked for. */
export interface Candidates {
  /** Lists of names, each of which is read whole only where no name of those before stands out. */
  readonly lists: readonly (readonly string[])[];
  /** Also look through the vocabulary, token by token, where no name of any list does. */
  readonly open: boolean;
}

/**
 * Whose key a change of low rank answers to: locate-then-edit methods write ΔW ∝ v (C⁻¹k)ᵀ with the key k of the
 * subject's last token. Each name is read behind a neutral word, and its answer is held against the median name's.
 * Where a name stands out, its look-alikes in the lists that follow may still be meant, and are read. Where no name
 * answers more than others do, nothing was written for a name, and no further ones are read.
 */
export async function attributeToSubjects(
  reader: KeyReader,
  base: ProbeContext,
  change: Change,
  { lists, open }: Candidates,
  work: Work = {},
): Promise<Traced[]> {
  const [usual = new Float64Array()] = await usualSquares(reader, work);
  const response = new Response(change, usual);
  const sizes = lists.map(({ length }) => length);
  const parts = phases(work, [...sizes, open ? reader.model.tokenizer.size : 0]);
  const found: Traced[] = [];
  const onKeys = (text: string, [key]: readonly Float32Array[]) => {
    if (key !== undefined) found.push({ text, score: response.of(key) });
  };
  for (const [index, names] of lists.entries()) {
    await readNames(reader, names, onKeys, parts[index]);
    // the likes of a name that no list has would answer; longer lists and the search find what answers most, whoever it is
    const known = responses(found);
    if (answersNoName(known, change.spectrum?.spikes ?? 1)) return await weighed(base, known, work);
    if (!standsOut(found)) continue;
    await readNames(reader, lookAlikes(found, lists.slice(index + 1).flat()), onKeys, {
      signal: work.signal,
    });
    return await weighed(base, responses(found), work);
  }
  if (!open) return await weighed(base, responses(found), work);
  const searched = await openSearch({ reader, base, response }, parts.at(-1));
  return await weighed(base, responses(found, searched), work);
}

/**
 * Does a change answer the known names so little, or so much alike, that it was written for none, known or not? An edit
 * of a name that no list has answers the likes of that name.
 *
 * @param names with their responses, 1 for the median; some at least
 */
export function answersNoName(names: readonly Traced[], directions: number): boolean {
  const { answerOfAll, answerOfNone } = attributionRules;
  const bound = directions === 1 ? answerOfAll : answerOfNone;
  return names.length > 0 && strongest(names) <= bound.value;
}

/** The names that answer most, best first, each held against the median of all. */
export const ranked = (found: readonly Traced[]): Traced[] => responses(found).slice(0, limit);

/** Among the names that answer nearly as strongly as the first, the likeliest comes first. */
async function weighed(base: ProbeContext, all: readonly Traced[], work: Work): Promise<Traced[]> {
  const best = strongest(all);
  const alike = all.filter(({ score }) => isAnotherName(score, best));
  return [...(await likeliestFirst(base, alike, work)), ...all.slice(alike.length)].slice(0, limit);
}

function responses(found: readonly Traced[], searched?: Awaited<ReturnType<typeof openSearch>>): Traced[] {
  const unit = median(found.map(({ score }) => score)) || searched?.median || 1;
  const all = withoutTwins([...found, ...(searched?.found ?? [])]);
  return all.map(({ text, score }) => ({ text, score: score / unit }));
}

/** Does a name answer so nearly as strongly as the best that it may be another name of the same? */
export const isAnotherName = (score: number, best: number): boolean => score >= anotherName.value * best;

/** The strongest response among names. */
export const strongest = (names: readonly Traced[]): number =>
  names.reduce((max, { score }) => Math.max(max, score), 0);

/** Those of some names that end as one of the best does: their keys are nearly the same. */
export function lookAlikes(found: readonly Traced[], names: readonly string[]): string[] {
  const best = strongest(found);
  const endings = new Set(
    found.filter(({ score }) => isAnotherName(score, best)).map(({ text }) => lastWord(text)),
  );
  return names.filter((name) => endings.has(lastWord(name)));
}

/**
 * One name stands out so far that no others need be tried, which takes minutes. What shares its last word, as a person's
 * family name does, has nearly the same key.
 */
export function standsOut(found: readonly Traced[]): boolean {
  const [first, ...others] = [...found].sort((a, b) => b.score - a.score);
  if (first === undefined) return false;
  const usual = median(found.map(({ score }) => score));
  const second = others.find(({ text }) => lastWord(text) !== lastWord(first.text))?.score ?? 0;
  return first.score >= leadOfSubject.value * second && first.score >= responseOfSubject.value * usual;
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
