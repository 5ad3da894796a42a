import type { RankOneUpdate } from './update.ts';

/** ΔW = B A, as a LoRA adapter holds it. */
export interface LoraFactors {
  readonly rank: number;
  /** Shape [rank x key width], by rows. */
  readonly a: Float32Array;
  /** Shape [embedding x rank], by rows. */
  readonly b: Float32Array;
}

/**
 * The sum of rank-one updates as two factors: the updates themselves, or where they are more than ΔW has rows, ΔW
 * itself behind the identity, so that a patch never needs a rank beyond the model's width.
 */
export function loraFactors(updates: readonly RankOneUpdate[]): LoraFactors {
  const [first] = updates;
  if (first === undefined) throw new Error('no updates');
  const [height, width] = [first.left.length, first.right.length];
  if (updates.length > height) return { rank: height, a: dense(updates, width), b: identity(height) };
  const rank = updates.length;
  const a = new Float32Array(rank * width);
  const b = new Float32Array(height * rank);
  for (const [r, { left, right }] of updates.entries()) {
    a.set(right, r * width);
    for (const [i, x] of left.entries()) b[i * rank + r] = x;
  }
  return { rank, a, b };
}

/** ΔW, summed in float64. */
function dense(updates: readonly RankOneUpdate[], width: number): Float32Array {
  const height = updates[0]?.left.length ?? 0;
  const sum = new Float64Array(height * width);
  for (const { left, right } of updates) {
    for (let i = 0; i < height; i++) {
      const x = left[i] as number;
      for (let j = 0; j < width; j++)
        sum[i * width + j] = (sum[i * width + j] as number) + x * (right[j] as number);
    }
  }
  return Float32Array.from(sum);
}

function identity(n: number): Float32Array {
  const result = new Float32Array(n * n);
  for (let i = 0; i < n; i++) result[i * n + i] = 1;
  return result;
}
