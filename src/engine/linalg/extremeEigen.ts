import type { Devices } from '../llama/scheduler.ts';
import { Random } from '../numeric/random.ts';
import { type Eigen, symmetricEigen } from '../numeric/symmetricEigen.ts';
import type { Work } from '../work/progress.ts';
import { turn } from '../work/turn.ts';
import { orthonormalised } from './orthonormal.ts';
import type { PositiveDefinite } from './positiveDefinite.ts';
import { type Rows, rowProducts, rowsOf, transposedRows } from './products.ts';

/** Eigenvalues at one end of the spectrum, the outermost first, with their vectors as rows. */
export interface ExtremeEigen {
  readonly values: Float64Array;
  readonly vectors: Rows;
}

/** Applications of the matrix or its inverse. */
const rounds = 8;
/** Vectors that are iterated, for each that is wanted: what lies next to the last of them is told apart from it only so. */
const oversampling = 1.2;
const minExtra = 32;
/** A block of more than this share of all directions is no saving. */
const maxShare = 0.7;

/**
 * The eigenvectors of A with the `count` least or largest eigenvalues by block subspace iteration from random vectors
 * (Halko, Martinsson and Tropp 2011, algorithm 4.4) with A or with its inverse, in F32 by ggml, and Rayleigh-Ritz in the
 * end. Those at the inner end of the count mix with their neighbours where eigenvalues lie close together.
 */
export async function extremeEigen(
  devices: Devices,
  a: PositiveDefinite,
  { count, end }: { readonly count: number; readonly end: 'least' | 'largest' },
  work: Work = {},
): Promise<ExtremeEigen> {
  const { n } = a;
  const { signal } = work;
  const report = (fraction: number) => work.report?.('finding the directions of the keys', fraction);
  const block = Math.ceil(oversampling * count) + minExtra;
  if (block > maxShare * n) return await outermostOf(a, { count, end }, work);
  let basis = rowsOf(block, n, new Random(1).normals(block * n));
  for (let round = 0; round < rounds; round++) {
    if (end === 'least') await a.applyInverse(basis, 'both', signal);
    else basis = await multiplied(devices, a, basis, signal);
    basis = await orthonormalised(devices, basis, signal);
    report((0.8 * (round + 1)) / rounds);
    await turn(signal);
  }
  basis = await orthonormalised(devices, basis, signal);
  const ritz = await symmetricEigen(block, await projected(devices, a, basis, end, signal), {
    signal,
    report: (_, fraction) => report(0.8 + 0.2 * fraction),
  });
  // the largest of either A or its inverse are the outermost
  const { values, vectors } = largestOf(ritz, count);
  return {
    values: end === 'least' ? values.map((value) => 1 / value) : values,
    vectors: await orthonormalised(
      devices,
      await rowProducts(devices, transposedRows(basis), vectors, signal),
      signal,
    ),
  };
}

/** Out of all eigenvectors, in float64. */
async function outermostOf(
  { n, matrix }: PositiveDefinite,
  { count, end }: Parameters<typeof extremeEigen>[2],
  work: Work,
): Promise<ExtremeEigen> {
  const dense = matrix.dense();
  const sign = end === 'least' ? -1 : 1;
  const { values, vectors } = largestOf(
    await symmetricEigen(
      n,
      dense.map((x) => sign * x),
      work,
    ),
    count,
  );
  return { values: values.map((value) => sign * value), vectors };
}

function largestOf({ values, vectors }: Eigen, count: number): ExtremeEigen {
  const n = values.length;
  const order = Array.from(values.keys()).sort((i, j) => (values[j] as number) - (values[i] as number));
  const chosen = order.slice(0, count);
  const rows = rowsOf(chosen.length, n);
  for (const [k, i] of chosen.entries()) rows.data.set(vectors.subarray(i * n, (i + 1) * n), k * n);
  return { values: Float64Array.from(chosen, (i) => values[i] as number), vectors: rows };
}

/** A x for each row x. */
async function multiplied(
  devices: Devices,
  a: PositiveDefinite,
  x: Rows,
  signal?: AbortSignal,
): Promise<Rows> {
  const rows = { count: a.n, make: (first: number, count: number) => a.matrix.wholeRows(first, count) };
  return transposedRows(await rowProducts(devices, x, rows, signal));
}

/** Qᵀ A Q, or Qᵀ A⁻¹ Q for the least. */
async function projected(
  devices: Devices,
  a: PositiveDefinite,
  basis: Rows,
  end: 'least' | 'largest',
  signal?: AbortSignal,
): Promise<Float64Array> {
  if (end === 'largest') {
    return symmetric(await rowProducts(devices, basis, await multiplied(devices, a, basis, signal), signal));
  }
  const half = rowsOf(basis.count, basis.width, Float32Array.from(basis.data));
  await a.applyInverse(half, 'forward', signal);
  return symmetric(await rowProducts(devices, half, half, signal));
}

function symmetric({ count: n, data }: Rows): Float64Array {
  const whole = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const value = ((data[i * n + j] as number) + (data[j * n + i] as number)) / 2;
      whole[i * n + j] = value;
      whole[j * n + i] = value;
    }
  }
  return whole;
}
