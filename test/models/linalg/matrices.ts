import { PackedSymmetric } from '../../../src/engine/numeric/packedSymmetric.ts';
import { Random } from '../../../src/engine/numeric/random.ts';

/** V diag(values) Vᵀ with a random rotation V: a chain of Householder reflections. */
export function withEigenvalues(values: readonly number[], seed: number): PackedSymmetric {
  const n = values.length;
  const random = new Random(seed);
  const square = new Float64Array(n * n);
  for (const [i, value] of values.entries()) square[i * n + i] = value;
  for (let k = 0; k < 3; k++) reflect(square, n, Float64Array.from(random.normals(n)));
  const packed = new PackedSymmetric(n);
  for (let i = 0; i < n; i++) packed.row(i).set(square.subarray(i * n, i * n + i + 1));
  return packed;
}

/** H A H with H = I − 2 v vᵀ / vᵀv. */
function reflect(a: Float64Array, n: number, v: Float64Array): void {
  const size = v.reduce((sum, x) => sum + x * x, 0);
  for (const [down, right] of [
    [n, 1],
    [1, n],
  ] as const) {
    for (let i = 0; i < n; i++) {
      let along = 0;
      for (let j = 0; j < n; j++) along += (a[i * down + j * right] as number) * (v[j] as number);
      for (let j = 0; j < n; j++) {
        const at = i * down + j * right;
        a[at] = (a[at] as number) - ((2 * along) / size) * (v[j] as number);
      }
    }
  }
}

/** A x in plain float64, from both halves of A. */
export function times(a: PackedSymmetric, x: Float64Array): Float64Array {
  const at = (i: number, j: number) => a.row(Math.max(i, j))[Math.min(i, j)] ?? Number.NaN;
  return x.map((_, i) => x.reduce((sum, xj, j) => sum + at(i, j) * xj, 0));
}
