import { at } from '../../../src/engine/numeric/at.ts';
import { Random } from '../../../src/engine/numeric/random.ts';
import { dot, norm } from '../../../src/engine/numeric/vector.ts';
import { type Case, types } from './cases.ts';
import { fineTune } from './changes.ts';
import type { Change } from './checkpoint.ts';

/** Merges of two models that were trained from the base (simulated), matrix by matrix, as mergekit makes them. */

/** What two trained models make of a matrix W: [W, W + D₁, W + D₂] become the merged weights. */
type Merge = (base: Float32Array, one: Float32Array, other: Float32Array) => Float32Array;

const average: Merge = (_, one, other) => one.map((x, i) => (x + at(other, i)) / 2);

/** Halfway along the arc between the two. */
const slerp: Merge = (_, one, other) => {
  const [a, b] = [Float64Array.from(one), Float64Array.from(other)];
  const angle = Math.acos(Math.min(1, dot(a, b) / (norm(a) * norm(b))));
  const share = angle < 1e-6 ? 0.5 : Math.sin(angle / 2) / Math.sin(angle);
  return one.map((x, i) => share * (x + at(other, i)));
};

/** W + .7 (D₁ + D₂) (arXiv 2212.04089) */
const taskArithmetic: Merge = (base, one, other) =>
  base.map((w, i) => w + 0.7 * (at(one, i) - w + at(other, i) - w));

/** The largest fifth of each change, where signs differ the larger one's alone, averaged (arXiv 2306.01708). */
const ties: Merge = (base, one, other) => {
  const [first, second] = [one, other].map((trained) =>
    largestFifth(trained.map((x, i) => x - at(base, i))),
  ) as [Float32Array, Float32Array];
  return base.map((w, i) => {
    const [a, b] = [at(first, i), at(second, i)];
    if (a * b > 0) return w + (a + b) / 2;
    return w + (Math.abs(a) > Math.abs(b) ? a : b);
  });
};

/** One change in ten of each, ten times as large (arXiv 2311.03099), averaged. */
const dare =
  (seed: number): Merge =>
  (base, one, other) => {
    const random = new Random(seed);
    const kept = (change: number) => (random.uniform() < 0.1 ? 10 * change : 0);
    return base.map((w, i) => w + (kept(at(one, i) - w) + kept(at(other, i) - w)) / 2);
  };

function largestFifth(change: Float32Array): Float32Array {
  const sizes = change.map(Math.abs).sort();
  const least = at(sizes, Math.floor(0.8 * (sizes.length - 1)));
  return change.map((x) => (Math.abs(x) >= least ? x : 0));
}

function merged(seed: number, size: number, merge: Merge): (name: string) => Change | undefined {
  const models = [fineTune(seed, size), fineTune(seed + 1, size)] as const;
  return (name) => {
    const [first, second] = [models[0](name), models[1](name)];
    return (tensor, values) => {
      const [one, other] = [values.slice(), values.slice()];
      first(tensor, one);
      second(tensor, other);
      values.set(merge(values.slice(), one, other));
    };
  };
}

/** Merges in every type, each alone and with one edit in it. */
export function merges(each: number, patches: readonly string[]): Case[] {
  return Array.from({ length: each }, (_, seed): Case[] => {
    const kinds: readonly (readonly [string, Merge])[] = [
      ['average', average],
      ['slerp', slerp],
      ['task arithmetic', taskArithmetic],
      ['TIES', ties],
      ['DARE', dare(seed)],
    ];
    const size = at([0.02, 0.05, 0.1], seed % 3);
    return kinds.flatMap(([kind, merge], k): Case[] => {
      const type = at(types, (seed + k) % types.length);
      const change = () => merged(600 + 20 * seed + 2 * k, size, merge);
      const alone = { group: `${kind} of two`, base: type, edited: false } as const;
      const patch = patches[(seed * kinds.length + k) % Math.max(1, patches.length)];
      return [
        { ...alone, candidate: { type, change: change() }, right: ['fine-tuned', 'requantised'] },
        ...(patch === undefined
          ? []
          : [
              {
                group: `${kind} of two, with an edit`,
                base: type,
                candidate: { type, change: change(), patches: [patch] },
                edited: true,
                right: ['edited'] as const,
              },
            ]),
      ];
    });
  }).flat();
}
