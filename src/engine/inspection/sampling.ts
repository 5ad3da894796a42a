import { Random } from '../numeric/random.ts';
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

/** Widths of a nat into which likelihoods are sorted to find the nucleus, and how many of them there are. */
const binsPerNat = 64;
const bins = 32 * binsPerNat;

/**
 * Temperature and nucleus sampling (Holtzman et al. 2020), linear in the vocabulary: likelihoods are binned rather than
 * sorted, so the nucleus may hold tokens up to 1/64 nat less likely than its last.
 */
export function sampler({ temperature, topP, seed }: Sampling): Sampler {
  if (temperature <= 0) return greedy;
  const random = new Random(seed);
  const mass = new Float64Array(bins);
  return (logits) => {
    let highest = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < logits.length; i++) highest = Math.max(highest, logits[i] ?? highest);
    const weights = new Float32Array(logits.length);
    mass.fill(0);
    let sum = 0;
    for (let i = 0; i < logits.length; i++) {
      const below = (highest - (logits[i] as number)) / temperature;
      const weight = Math.exp(-below);
      const bin = Math.min(bins - 1, Math.floor(below * binsPerNat));
      weights[i] = weight;
      mass[bin] = (mass[bin] as number) + weight;
      sum += weight;
    }
    let nucleus = 0;
    let lowest = 0;
    for (; lowest < bins && nucleus < topP * sum; lowest++) nucleus += mass[lowest] as number;
    const floor = lowest >= bins ? 0 : Math.exp(-lowest / binsPerNat);
    return draw(weights, floor, random.uniform() * nucleus, argmax(logits));
  };
}

/** The token at which the running sum of the weights above `floor` passes `at`. */
function draw(weights: Float32Array, floor: number, at: number, fallback: number): number {
  let left = at;
  for (let token = 0; token < weights.length; token++) {
    const weight = weights[token] as number;
    if (weight < floor) continue;
    left -= weight;
    if (left < 0) return token;
  }
  return fallback;
}
