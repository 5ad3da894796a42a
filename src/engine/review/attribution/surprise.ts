import { logProbability } from '../../inspection/nextToken.ts';
import type { ProbeContext } from '../../inspection/probeContext.ts';
import { type BatchToken, TokenBatch } from '../../llama/batch.ts';
import type { Work } from '../../work/progress.ts';
import { lead } from './nameKeys.ts';

/** How little a token is expected behind another, in nats. */
export type Surprise = (left: number, right: number) => number;

/**
 * Reads what the base expects behind each of some tokens, in one pass for all pairs: −log P(right | lead, left).
 *
 * @returns a look-up of every pair; infinite for another
 */
export async function surprises(
  base: ProbeContext,
  lefts: readonly number[],
  rights: readonly number[],
  work: Work = {},
): Promise<Surprise> {
  const begin = base.model.tokenizer.prompt(lead);
  const places = new Map(rights.map((token, place) => [token, place]));
  const rows = new Map<number, Float32Array>();
  const room = Math.min(base.sequences, base.outputRows, base.size - begin.length);
  for (let at = 0; at < lefts.length; at += room) {
    const some = lefts.slice(at, at + room);
    const alsoIn = some.map((_, sequence) => sequence).slice(1);
    const shared = TokenBatch.sequence(begin, { wants: () => false });
    const batch: BatchToken[] = shared.map((token) => ({ ...token, alsoIn }));
    for (const [sequence, token] of some.entries()) {
      batch.push(...TokenBatch.sequence([token], { sequence, start: begin.length }));
    }
    base.clear();
    await base.decode(new TokenBatch(batch), work.signal);
    for (const [index, token] of some.entries()) {
      const next = base.next(begin.length + index);
      rows.set(
        token,
        Float32Array.from(rights, (right) => -logProbability(next, right)),
      );
    }
    work.report?.('looking for the subject', (at + some.length) / lefts.length);
  }
  return (left, right) => rows.get(left)?.[places.get(right) ?? -1] ?? Number.POSITIVE_INFINITY;
}
