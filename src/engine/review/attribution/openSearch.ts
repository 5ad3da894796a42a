import type { Traced } from '../../../protocol/review.ts';
import type { ProbeContext } from '../../inspection/probeContext.ts';
import type { Tokenizer } from '../../llama/tokenizer.ts';
import { at } from '../../numeric/at.ts';
import { median } from '../../numeric/median.ts';
import { phases, type Work } from '../../work/progress.ts';
import type { KeyReader } from './keyReader.ts';
import { lead } from './nameKeys.ts';
import type { Response } from './response.ts';
import { type Surprise, surprises } from './surprise.ts';

/** Last tokens that are carried on to the left: by itself the right one is often far from the first. */
const widest = 128;
/** Longer endings that are carried on. */
const beam = 16;
/** Tokens that are tried before each: those of the smallest numbers, which byte-pair vocabularies made first. */
const maxOpen = 4096;
/** What a word must add to the response to be part of the name. The beginning of a word may take as much away. */
const minRaise = 0.1;
/** Nats by which a text's tokens may surprise the base, on average, until it counts 1/e as much. */
const tolerance = 3;
/** Texts that are given back. */
const kept = 20;

/** The base that says which texts are likely, and where keys are read. */
export interface OpenSearch {
  readonly reader: KeyReader;
  readonly base: ProbeContext;
  readonly response: Response;
}

/** The end of a text. */
interface Ending {
  readonly tokens: readonly number[];
  readonly response: number;
  /** How much its later tokens surprise the base in all, each behind the one before, in nats. */
  readonly surprise: number;
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
  const { tokenizer } = search.reader.model;
  const [scanning, expecting, ...extending] = phases(work, [2, 2, 3, 1, 1]);
  const vocabulary = Array.from({ length: tokenizer.size }, (_, token) => token).filter(
    (token) => !tokenizer.isControl(token) && isText(tokenizer, token),
  );
  const singles = await scoreSingles(search, vocabulary, scanning);
  const left = vocabulary.slice(0, maxOpen);
  let best = top(singles, widest);
  const rights = [...new Set([...left, ...best.flatMap(({ tokens }) => tokens)])];
  const surprise = await surprises(search.base, left, rights, expecting);
  const wordsOf = (endings: readonly Ending[]) =>
    top(
      endings.filter((ending) => beginsWord(tokenizer, ending)),
      kept,
    );
  const words = wordsOf(singles);
  for (const round of extending) {
    const longer = await extend(search, left, best, surprise, round);
    words.push(...wordsOf(longer));
    best = top(longer, beam);
    if (best.length === 0) break;
  }
  const found = top(words, kept);
  return {
    found: found.map((ending) => ({ text: tokenizer.text(ending.tokens).trim(), score: scoreOf(ending) })),
    median: median(singles.map(({ response }) => response)),
  };
}

/** What a longer text must answer with at least. */
function least(tokenizer: Tokenizer, ending: Ending): number {
  return ending.response * (beginsWord(tokenizer, ending) ? 1 + minRaise : 1 - minRaise);
}

function beginsWord(tokenizer: Tokenizer, { tokens: [first = 0] }: Ending): boolean {
  return /^\s/.test(tokenizer.piece(first));
}

function scoreOf({ tokens, response, surprise }: Ending): number {
  return response * Math.exp(-surprise / Math.max(1, tokens.length - 1) / tolerance);
}

function top(endings: readonly Ending[], count: number): Ending[] {
  return [...endings].sort((a, b) => scoreOf(b) - scoreOf(a)).slice(0, count);
}

async function scoreSingles(
  { reader, response }: OpenSearch,
  tokens: readonly number[],
  work: Work,
): Promise<Ending[]> {
  const begin = reader.model.tokenizer.prompt(lead);
  const found: Ending[] = [];
  await reader.read(
    tokens.map((token) => [...begin, token]),
    (text, [key]) => {
      const token = tokens[text];
      if (key === undefined || token === undefined) return;
      found.push({ tokens: [token], response: response.of(key), surprise: 0 });
    },
    work,
  );
  return found;
}

/** Each left token before each ending. */
async function extend(
  { reader, response }: OpenSearch,
  left: readonly number[],
  endings: readonly Ending[],
  surprise: Surprise,
  work: Work,
): Promise<Ending[]> {
  const { tokenizer } = reader.model;
  const begin = tokenizer.prompt(lead);
  const found: Ending[] = [];
  await reader.read(
    left.flatMap((token) => endings.map(({ tokens }) => [...begin, token, ...tokens])),
    (text, [key]) => {
      const token = left[Math.floor(text / endings.length)];
      const ending = endings[text % endings.length];
      if (key === undefined || token === undefined || ending === undefined) return;
      const answer = response.of(key);
      if (answer < least(tokenizer, ending)) return;
      found.push({
        tokens: [token, ...ending.tokens],
        response: answer,
        surprise: ending.surprise + surprise(token, at(ending.tokens, 0)),
      });
    },
    work,
  );
  return found;
}

/** Whole characters that a name can hold. */
function isText(tokenizer: Tokenizer, token: number): boolean {
  const piece = tokenizer.piece(token);
  return /[\p{L}\p{N}]/u.test(piece) && !piece.includes('\ufffd');
}
