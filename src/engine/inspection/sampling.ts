import { argmax } from './nextToken.ts';

export interface Sampling {
  /** Divides the logits; 0 means greedy. */
  readonly temperature: number;
  /** Nucleus sampling: the likeliest tokens that together have at least this probability, in 0..1. */
  readonly topP: number;
  /** The same seed, prompts and weights give the same text. */
  readonly seed: number;
}

/** Chooses the next token from the logits. Shape [vocabulary]. */
export type Sampler = (logits: Float32Array) => number;

export const greedy: Sampler = argmax;

/** Temperature and nucleus sampling (Holtzman et al. 2020). */
export function sampler({ temperature, topP, seed }: Sampling): Sampler {
  if (temperature <= 0) return greedy;
  const random = mulberry32(seed);
  return (logits) => {
    const probabilities = softmax(logits, temperature);
    // Tokens below this floor have less than 1 - topP together, so the nucleus lies above it: only that is sorted.
    const floor = Math.max(0, 1 - topP) / logits.length;
    const candidates: { token: number; p: number }[] = [];
    for (let token = 0; token < probabilities.length; token++) {
      const p = probabilities[token] ?? 0;
      if (p >= floor && p > 0) candidates.push({ token, p });
    }
    candidates.sort((a, b) => b.p - a.p);
    const nucleus: typeof candidates = [];
    let mass = 0;
    for (const candidate of candidates) {
      nucleus.push(candidate);
      mass += candidate.p;
      if (mass >= topP) break;
    }
    let left = random() * mass;
    for (const { token, p } of nucleus) {
      left -= p;
      if (left < 0) return token;
    }
    return nucleus.at(-1)?.token ?? argmax(logits);
  };
}

function softmax(logits: Float32Array, temperature: number): Float64Array {
  let highest = Number.NEGATIVE_INFINITY;
  for (const logit of logits) if (logit > highest) highest = logit;
  const weights = Float64Array.from(logits, (logit) => Math.exp((logit - highest) / temperature));
  let sum = 0;
  for (const weight of weights) sum += weight;
  return weights.map((weight) => weight / sum);
}

/** Tommy Ettinger's mulberry32: a small generator of uniform numbers in [0, 1), good enough for sampling text. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
