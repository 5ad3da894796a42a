import type { TokenProbability } from '../../protocol/probe.ts';
import type { Tokenizer } from '../llama/tokenizer.ts';
import { at } from '../numeric/at.ts';

/** The model's prediction at one position: its logits as llama.cpp computed them, and their normaliser. */
export interface NextToken {
  /** Shape [vocabulary]. */
  readonly logits: Float32Array;
  /** log Σ exp of the logits; log p(token) = logits[token] - logSumExp. */
  readonly logSumExp: number;
}

/** In nats; NaN for a token outside the vocabulary. */
export function logProbability({ logits, logSumExp }: NextToken, token: number): number {
  return (logits[token] as number) - logSumExp;
}

/** The likeliest token; among equals the one with the smallest id, as llama.cpp's greedy sampler takes it. */
export function argmax(logits: Float32Array): number {
  let best = 0;
  let highest = Number.NEGATIVE_INFINITY;
  for (let token = 0; token < logits.length; token++) {
    const logit = logits[token] as number;
    if (logit > highest) {
      highest = logit;
      best = token;
    }
  }
  return best;
}

/** 1 for the likeliest token: one more than the number of tokens that are likelier. */
export function rank(logits: Float32Array, token: number): number {
  const own = at(logits, token);
  let likelier = 0;
  for (let i = 0; i < logits.length; i++) if ((logits[i] as number) > own) likelier++;
  return likelier + 1;
}

/** The `count` likeliest tokens, likeliest first: one pass that keeps a short sorted list. */
export function topTokens(logits: Float32Array, count: number): number[] {
  const top: { token: number; logit: number }[] = [];
  let floor = Number.NEGATIVE_INFINITY;
  for (let token = 0; token < logits.length; token++) {
    const logit = logits[token] as number;
    if (!(logit > floor) && top.length >= count) continue;
    let place = top.length;
    while (place > 0 && (top[place - 1]?.logit ?? Number.NaN) < logit) place--;
    top.splice(place, 0, { token, logit });
    if (top.length > count) top.pop();
    if (top.length === count) floor = top.at(-1)?.logit ?? floor;
  }
  return top.map(({ token }) => token);
}

export function topProbabilities(next: NextToken, count: number, tokenizer: Tokenizer): TokenProbability[] {
  return topTokens(next.logits, count).map((id) => ({
    id,
    token: tokenizer.piece(id),
    p: Math.exp(logProbability(next, id)),
  }));
}

/** Below this |log(p/q)| three terms of a series are exact to float64's rounding. */
const close = 1e-3;

/**
 * KL(before ‖ after) in nats, in float64. Each term is p log(p/q) - p + q, which is never negative and sums to the
 * same: equal distributions give exactly 0, and rounding errors stay those of single terms; those of the normalisers
 * enter with their square. What they can still make of nearly equal distributions, some -1e-17, is 0 too. NaN stays NaN.
 */
export function klDivergence(before: NextToken, after: NextToken): number {
  let sum = 0;
  for (let token = 0; token < before.logits.length; token++) {
    const logP = logProbability(before, token);
    const logQ = logProbability(after, token);
    if (logP === logQ) continue;
    const p = Math.exp(logP);
    const d = logP - logQ;
    // p (d - 1 + exp(-d)), without cancellation and with one exponential
    if (d < close && d > -close) sum += p * d * d * (1 / 2 - d * (1 / 6 - d * (1 / 24 - d / 120)));
    else sum += (p === 0 ? 0 : p * d - p) + Math.exp(logQ);
  }
  return Math.max(0, sum);
}
