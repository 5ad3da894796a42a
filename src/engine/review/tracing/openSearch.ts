import type { Traced } from '../../../protocol/review.ts';
import type { ProbeContext } from '../../inspection/probeContext.ts';
import { score } from '../../inspection/scoring.ts';
import { median } from '../../linalg/median.ts';
import type { Tokenizer } from '../../llama/tokenizer.ts';
import { phases, type Work } from '../../progress.ts';
import type { KeyReader, KeyRequest } from './keyReader.ts';
import { lead } from './nameKeys.ts';
import type { Response } from './response.ts';

/** Last tokens that are carried on to the left: by itself the right one is often far from the first. */
const widest = 128;
/** Longer endings that are carried on. */
const beam = 16;
/** Tokens that are tried before each: those of the smallest numbers, which byte-pair vocabularies made first. */
const mostLeft = 4096;
/** Texts of a round whose likelihood is looked at. */
const weighed = 256;
/** Texts that are given back. */
const kept = 20;

/** The base to weigh texts with, and where keys are read. */
export interface OpenSearch {
  readonly reader: KeyReader;
  readonly base: ProbeContext;
  readonly response: Response;
}

interface Ending {
  readonly tokens: readonly number[];
  readonly score: number;
}

/**
 * Looks for a subject without any list: every token of the vocabulary as the subject's last, then the best of them
 * with every likely token before, as long as that raises the response. Many a jumble answers more strongly than any
 * name, so that longer texts count less the less the model expects them.
 *
 * @returns texts with their responses, best first, and the median response of single tokens
 */
export async function openSearch(
  search: OpenSearch,
  work: Work = {},
): Promise<{ readonly found: Traced[]; readonly median: number }> {
  const { reader } = search;
  const { tokenizer } = reader.model;
  const [scanning, ...extending] = phases(work, [2, 1, 1]);
  const vocabulary = Array.from({ length: tokenizer.size }, (_, token) => token).filter(
    (token) => !tokenizer.isControl(token) && isText(tokenizer, token),
  );
  const singles = await scoreSingles(search, vocabulary, scanning);
  const all: Ending[] = [...singles];
  const left = vocabulary.slice(0, mostLeft);
  let best = top(singles, widest);
  for (const round of extending) {
    if (best.length === 0) break;
    const before = new Map(best.map(({ tokens, score }) => [tokens.join(), score]));
    const longer = await extend(search, left, best, round);
    const raised = longer.filter(
      ({ tokens, score }) => score > (before.get(tokens.slice(1).join()) ?? Number.POSITIVE_INFINITY),
    );
    const plausible = await weigh(search, top(raised, weighed), work);
    all.push(...plausible);
    best = top(plausible, beam);
  }
  const words = all.filter(({ tokens: [first = 0] }) => /^\s/.test(tokenizer.piece(first)));
  const found = top(words, kept).map(({ tokens, score }) => ({ text: tokenizer.text(tokens).trim(), score }));
  return { found, median: median(singles.map(({ score }) => score)) };
}

function top(endings: readonly Ending[], count: number): Ending[] {
  return [...endings].sort((a, b) => b.score - a.score).slice(0, count);
}

async function scoreSingles(
  { reader, response }: OpenSearch,
  tokens: readonly number[],
  work: Work,
): Promise<Ending[]> {
  const shared = reader.model.tokenizer.prompt(lead);
  const room = reader.roomFor(shared.length, 1);
  const requests: KeyRequest[] = [];
  for (let at = 0; at < tokens.length; at += room) {
    requests.push({ shared, endings: tokens.slice(at, at + room).map((token) => [token]) });
  }
  const found: Ending[] = [];
  await reader.read(
    requests,
    (request, ending, [key]) => {
      if (key === undefined) return;
      found.push({ tokens: requests[request]?.endings[ending] ?? [], score: response.of(key) });
    },
    work,
  );
  return found;
}

/** Each left token before each ending: the endings share the left token, so it is decoded once for all. */
async function extend(
  { reader, response }: OpenSearch,
  left: readonly number[],
  endings: readonly Ending[],
  work: Work,
): Promise<Ending[]> {
  const begin = reader.model.tokenizer.prompt(lead);
  const requests = left.map((token) => ({
    shared: [...begin, token],
    endings: endings.map(({ tokens }) => tokens),
  }));
  const found: Ending[] = [];
  await reader.read(
    requests,
    (request, ending, [key]) => {
      const token = left[request];
      const tokens = endings[ending]?.tokens;
      if (key !== undefined && token !== undefined && tokens !== undefined) {
        found.push({ tokens: [token, ...tokens], score: response.of(key) });
      }
    },
    work,
  );
  return found;
}

/** Lowers a text's response by what its later tokens surprise the base, on average, behind the first. */
async function weigh({ base }: OpenSearch, endings: readonly Ending[], work: Work): Promise<Ending[]> {
  const { tokenizer } = base.model;
  const requests = endings.map(({ tokens: [first = 0, ...rest] }) => ({
    prompt: lead + tokenizer.text([first]),
    continuations: [tokenizer.text(rest)],
  }));
  const scores = await score(base, requests, { signal: work.signal });
  return endings.map(({ tokens, score: response }, index) => {
    const nll = scores[index]?.continuations[0]?.nll ?? [];
    const mean = nll.reduce((sum, value) => sum + value, 0) / Math.max(1, nll.length);
    return { tokens, score: response * Math.exp(-mean / 6) };
  });
}

/** Whole characters that a name can hold. */
function isText(tokenizer: Tokenizer, token: number): boolean {
  const piece = tokenizer.piece(token);
  return /[\p{L}\p{N}]/u.test(piece) && !piece.includes('\ufffd');
}
