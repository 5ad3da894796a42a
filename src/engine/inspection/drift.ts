import type { Drift } from '../../protocol/measures.ts';
import { TokenBatch } from '../llama/batch.ts';
import { controlText } from '../measures/controlText.ts';
import { DriftSum } from '../measures/drift.ts';
import type { Work } from '../work/progress.ts';
import { turn } from '../work/turn.ts';
import { argmax, klDivergence, logProbability, type NextToken } from './nextToken.ts';
import type { ProbeContext, SwitchTo } from './probeContext.ts';
import { promptTokens } from './targetTokens.ts';

/** Tokens that are read together; no more logits than theirs are held, and each begins with an empty cache. */
const window = 64;

/**
 * How far the model has moved on text that has nothing to do with the edit: KL per token and perplexity, before and
 * after. The text is cut into windows, each decoded once in either state at the same place of the cache, so that two
 * equal states differ by exactly 0. The cache is cleared; the state is left at `after`.
 *
 * @param text defaults to the project's own control text.
 * @param other reads the state `after` where that is a model of its own, with the same vocabulary.
 */
export async function measureDrift(
  context: ProbeContext,
  switchTo: SwitchTo,
  {
    text = controlText,
    other = context,
    ...work
  }: Work & { readonly text?: string; readonly other?: ProbeContext } = {},
): Promise<Drift> {
  const { tokenizer } = context.model;
  const tokens = promptTokens(context.model, text);
  const begin = tokenizer.addsBos ? [tokenizer.bos] : [];
  const body = tokens.slice(begin.length);
  const step = window - begin.length;
  const sum = new DriftSum(window);
  for (let at = 0; at < body.length; at += step) {
    const rows = [...begin, ...body.slice(at, at + step)];
    switchTo('before');
    const before = await readWindow(context, rows, work.signal);
    switchTo('after');
    const after = await readWindow(other, rows, work.signal);
    for (const [row, next] of before.entries()) {
      const later = after[row];
      const following = rows[row + 1];
      await turn(work.signal);
      if (later === undefined) continue;
      const nll = (at: NextToken, token: number) => -logProbability(at, token);
      sum.add({
        kl: klDivergence(next, later),
        sameTop: argmax(next.logits) === argmax(later.logits),
        nll:
          following === undefined
            ? undefined
            : { before: nll(next, following), after: nll(later, following) },
      });
    }
    work.report?.('reading the control text', Math.min(1, (at + step) / body.length));
  }
  return sum.result();
}

async function readWindow(
  context: ProbeContext,
  tokens: readonly number[],
  signal: AbortSignal | undefined,
): Promise<NextToken[]> {
  context.clear();
  await context.decode(new TokenBatch(TokenBatch.sequence(tokens, { wants: () => true })), signal);
  return tokens.map((_, row) => context.next(row));
}
