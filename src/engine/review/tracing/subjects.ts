import type { Traced } from '../../../protocol/review.ts';
import type { ProbeContext } from '../../inspection/probeContext.ts';
import { median } from '../../linalg/median.ts';
import { phases, type Work } from '../../progress.ts';
import type { Change } from '../change.ts';
import type { KeyReader } from './keyReader.ts';
import { openSearch } from './openSearch.ts';
import { Response } from './response.ts';

/** What the names are put after, so that none opens the text: a beginning is made of other tokens. */
const lead = 'About';

/** Tokens of the longest name that is tried. */
const longestName = 64;

/** Names that a finding lists. */
const most = 10;

/**
 * Whose key a change of low rank answers to: locate-then-edit methods write ΔW ∝ v (C⁻¹k)ᵀ with the key k of the
 * subject's last token. Each name is read behind a neutral word, and its response is held against the median name's.
 *
 * @param names to try
 * @param open also look through the vocabulary, token by token, where no name stands out clearly
 */
export async function traceSubjects(
  reader: KeyReader,
  base: ProbeContext,
  change: Change,
  names: readonly string[],
  open: boolean,
  work: Work = {},
): Promise<Traced[]> {
  const response = new Response(change);
  const [trying, searching] = phases(work, open ? [1, 3] : [1, 0]);
  const [found = []] = await responses(reader, [response], names, trying);
  const searched =
    open && !clear(found.map(({ score }) => score))
      ? await openSearch({ reader, base, response, lead }, searching)
      : undefined;
  return ranked(found, searched);
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
  const found = await responses(
    reader,
    changes.map((change) => new Response(change)),
    names,
    work,
  );
  return found.map((own) => ranked(own));
}

/** How strongly each name's key is answered, by each of the reader's weights. */
async function responses(
  reader: KeyReader,
  of: readonly Response[],
  names: readonly string[],
  work: Work,
): Promise<Traced[][]> {
  const { tokenizer } = reader.model;
  const tried = [...new Set(names)]
    .map((name) => ({ name, tokens: tokenizer.prompt(`${lead} ${name}`) }))
    .filter(({ tokens }) => tokens.length <= longestName);
  const all = of.map((): Traced[] => []);
  await reader.read(
    tried.map(({ tokens }) => ({ shared: [], endings: [tokens] })),
    (request, _, keys) => {
      for (const [index, response] of of.entries()) {
        const key = keys[index];
        if (key !== undefined)
          all[index]?.push({ text: tried[request]?.name ?? '', score: response.of(key) });
      }
    },
    work,
  );
  return all;
}

function ranked(found: readonly Traced[], searched?: Awaited<ReturnType<typeof openSearch>>): Traced[] {
  const unit = median(found.map(({ score }) => score)) || searched?.median || 1;
  return withoutTwins([...found, ...(searched?.found ?? [])])
    .slice(0, most)
    .map(({ text, score }) => ({ text, score: score / unit }));
}

/** One name stands out so far that the vocabulary need not be searched, which takes minutes. */
function clear(values: readonly number[]): boolean {
  const [first = 0, second = 0] = [...values].sort((a, b) => b - a);
  return first > 0 && first >= 1.5 * second && first >= 10 * median(values);
}

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
