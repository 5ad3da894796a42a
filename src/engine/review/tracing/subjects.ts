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
  const { tokenizer } = reader.model;
  const unique = [...new Set(names)];
  const requests = unique.map((name) => ({ shared: [], endings: [tokenizer.prompt(`${lead} ${name}`)] }));
  const short = requests.map(({ endings: [ending = []] }) => ending.length <= 64);
  const tried = unique.filter((_, index) => short[index]);
  const values = new Float64Array(tried.length);
  await reader.read(
    requests.filter((_, index) => short[index]),
    (request, _, key) => {
      values[request] = response.of(key);
    },
    trying,
  );
  const found = tried.map((text, index) => ({ text, score: values[index] ?? 0 }));
  const searched =
    open && !clear([...values]) ? await openSearch({ reader, base, response, lead }, searching) : undefined;
  const unit = median(values) || searched?.median || 1;
  return withoutTwins([...found, ...(searched?.found ?? [])])
    .slice(0, most)
    .map(({ text, score }) => ({ text, score: score / unit }));
}

/** One name stands out so far that the vocabulary need not be searched, which takes minutes. */
function clear(values: readonly number[]): boolean {
  const [first = 0, second = 0] = [...values].sort((a, b) => b - a);
  return first >= 1.5 * second && first >= 10 * median(values);
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
