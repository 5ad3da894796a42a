import type { Prompt } from '../../protocol/chat.ts';
import { InputError } from '../errors.ts';
import { type BatchToken, TokenBatch } from '../llama/batch.ts';
import { at } from '../numeric/at.ts';
import type { Work } from '../work/progress.ts';
import { argmax, logProbability, type NextToken, rank } from './nextToken.ts';
import { pack } from './pack.ts';
import type { ProbeContext } from './probeContext.ts';
import { excerpt, promptTokens, targetTokens } from './targetTokens.ts';

export interface ScoringRequest {
  readonly prompt: Prompt;
  /** Texts that may follow the prompt; none where only the next token is asked for. */
  readonly continuations: readonly string[];
  /** Whether a space stands between them; where it is not said, their scripts decide. */
  readonly space?: boolean | undefined;
}

/** One continuation under teacher forcing: each token is predicted from the prompt and the tokens before it. */
export interface ContinuationScore {
  readonly tokens: readonly number[];
  /** Negative log-likelihood of each token, in nats. */
  readonly nll: readonly number[];
  /** What the model would have said at each token's place. */
  readonly argmax: readonly number[];
  /** Place of the first token among all, 1 for the likeliest. */
  readonly rank: number;
}

export interface PromptScore {
  readonly next: NextToken;
  readonly continuations: readonly ContinuationScore[];
}

/** A request in tokens, and where its rows lie in the batch once it has been laid out. */
interface Laid {
  readonly prompt: readonly number[];
  readonly targets: readonly (readonly number[])[];
}

/**
 * Scores many prompts, each with any number of continuations, in as few decodes as the context's size allows: the
 * prompts are sequences of one batch, and a prompt's tokens are shared by its continuations and decoded once. The
 * cache is cleared. The same requests in the same order give bitwise the same numbers under the same weights.
 *
 * @throws InputError when a prompt with its continuations does not fit into the context.
 */
export async function score(
  context: ProbeContext,
  requests: readonly ScoringRequest[],
  work: Work = {},
): Promise<PromptScore[]> {
  const { model } = context;
  const laid = requests.map(({ prompt, continuations, space }) => {
    const item: Laid = {
      prompt: promptTokens(model, prompt),
      targets: continuations.map((target) => targetTokens(model, prompt, target, space)),
    };
    const [tokens, sequences] = costs(item);
    if (tokens > context.size || sequences > context.sequences) {
      throw new InputError(
        `The prompt ${excerpt(prompt)} takes ${tokens} tokens and ${sequences} sequences with its continuations; the context holds ${context.size} and ${context.sequences}.`,
      );
    }
    return item;
  });
  const limits = [context.size, context.sequences, context.outputRows];
  const scores: PromptScore[] = [];
  for (const run of pack(laid, costs, limits)) {
    scores.push(...(await scoreRun(context, run, work.signal)));
    work.report?.('reading the probes', scores.length / laid.length);
  }
  return scores;
}

/** Cache cells, sequences and rows of logits that a request takes. */
function costs({ prompt, targets }: Laid): [number, number, number] {
  const following = targets.reduce((sum, target) => sum + target.length - 1, 0);
  const longer = targets.filter((target) => target.length > 1).length;
  return [prompt.length + following, Math.max(1, longer), 1 + following];
}

async function scoreRun(
  context: ProbeContext,
  run: readonly Laid[],
  signal: AbortSignal | undefined,
): Promise<PromptScore[]> {
  const batch: BatchToken[] = [];
  const ends: number[] = [];
  let sequence = 0;
  for (const item of run) {
    const own = costs(item)[1];
    const alsoIn = Array.from({ length: own - 1 }, (_, i) => sequence + 1 + i);
    const shared = TokenBatch.sequence(item.prompt, { sequence });
    batch.push(...shared.map((token) => ({ ...token, alsoIn })));
    ends.push(batch.length - 1);
    for (const target of item.targets) {
      if (target.length === 1) continue;
      const start = item.prompt.length;
      batch.push(...TokenBatch.sequence(target.slice(0, -1), { sequence, start, wants: () => true }));
      sequence++;
    }
    if (item.targets.every((target) => target.length === 1)) sequence++;
  }
  context.clear();
  await context.decode(new TokenBatch(batch), signal);
  return run.map((item, index) => readScore(context, item, at(ends, index)));
}

/** Reads the rows of one request, whose prompt ends at `end` and whose continuations follow it in the batch. */
function readScore(context: ProbeContext, { targets }: Laid, end: number): PromptScore {
  const next = context.next(end);
  let row = end + 1;
  const continuations = targets.map((tokens) => {
    const nll: number[] = [];
    const greedy: number[] = [];
    for (const [place, token] of tokens.entries()) {
      const prediction = place === 0 ? next : context.next(row++);
      nll.push(-logProbability(prediction, token));
      greedy.push(argmax(prediction.logits));
    }
    return { tokens, nll, argmax: greedy, rank: rank(next.logits, at(tokens, 0)) };
  });
  return { next, continuations };
}
