import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CancelledError } from '../../../src/engine/errors.ts';
import { BlockedFactor } from '../../../src/engine/linalg/blockedFactor.ts';
import { PositiveDefinite } from '../../../src/engine/linalg/positiveDefinite.ts';
import { loadRuntime } from '../../../src/engine/llama/runtime.ts';
import { Devices } from '../../../src/engine/llama/scheduler.ts';
import { Cholesky, NotPositiveDefinite } from '../../../src/engine/numeric/cholesky.ts';
import { PackedSymmetric } from '../../../src/engine/numeric/packedSymmetric.ts';
import { Random } from '../../../src/engine/numeric/random.ts';
import { solveOne } from '../../../src/engine/numeric/solver.ts';
import { norm } from '../../../src/engine/numeric/vector.ts';
import { times, withEigenvalues } from './matrices.ts';

const random = new Random(11);
const residual = (a: PackedSymmetric, x: Float64Array, b: Float64Array) =>
  norm(times(a, x).map((y, i) => y - (b[i] ?? 0))) / norm(b);

/** From 1 to `condition`, evenly in the logarithm. */
const spread = (n: number, condition: number) =>
  Array.from({ length: n }, (_, i) => condition ** (i / Math.max(1, n - 1)));

describe('a positive definite matrix', () => {
  let devices: Devices;
  beforeAll(async () => {
    devices = new Devices(await loadRuntime(), 1);
  });
  afterAll(() => devices[Symbol.dispose]());

  // 1 and 127 to 129 and 300 lie about the edges of blocks; rounding to F32 leaves nothing of a condition of 1e9
  it.each([
    [1, 1],
    [2, 10],
    [127, 1e3],
    [128, 1e5],
    [129, 3e5],
    [300, 1e4],
    [300, 1e5],
  ])('of %i rows and condition %d is solved to 1e-10', async (n, condition) => {
    const matrix = withEigenvalues(spread(n, condition), n);
    using solver = await PositiveDefinite.of(devices, matrix);
    const sides = Array.from({ length: 70 }, () => Float64Array.from(random.normals(n)));
    const solved = await solver.solve(sides);
    for (const [k, x] of solved.entries()) expect(residual(matrix, x, sides[k] ?? x)).toBeLessThan(1e-10);
  });

  it.each([1e7, 1e9, 1e11])('of condition %d is solved as well as float64 can', async (condition) => {
    const n = 300;
    const matrix = withEigenvalues(spread(n, condition), n);
    const b = Float64Array.from(random.normals(n));
    using solver = await PositiveDefinite.of(devices, matrix);
    const x = await solveOne(solver, b);
    expect(residual(matrix, x, b)).toBeLessThan((1e-13 * condition * norm(x)) / norm(b));
    const plain = Cholesky.small(n, matrix.dense()).solve(b);
    expect(norm(x.map((value, i) => value - (plain[i] ?? 0))) / norm(plain)).toBeLessThan(1e-14 * condition);
  });

  it('gives what plain float64 gives, whatever the scale of its rows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 200 }),
        fc.integer({ min: -4, max: 4 }),
        async (n, decades) => {
          const matrix = withEigenvalues(spread(n, 50), n);
          // rows and columns scaled over many decades, as keys with a few enormous elements are
          const scale = Array.from({ length: n }, (_, i) => 10 ** ((decades * i) / n));
          for (let i = 0; i < n; i++) {
            const row = matrix.row(i);
            for (const [j, x] of row.entries()) row[j] = x * (scale[i] ?? 1) * (scale[j] ?? 1);
          }
          const b = Float64Array.from(scale, (x, i) => x * Math.cos(i));
          using solver = await PositiveDefinite.of(devices, matrix);
          const plain = Cholesky.small(n, matrix.dense()).solve(b);
          const x = await solveOne(solver, b);
          for (const [i, by] of scale.entries()) {
            expect((x[i] ?? 0) * by).toBeCloseTo((plain[i] ?? 0) * by, 6);
          }
        },
      ),
      { numRuns: 12 },
    );
  });

  it('knows what 0 comes from', async () => {
    using solver = await PositiveDefinite.of(devices, withEigenvalues(spread(5, 3), 1));
    expect([...(await solveOne(solver, new Float64Array(5)))]).toEqual([0, 0, 0, 0, 0]);
    expect(await solver.solve([])).toEqual([]);
  });

  it('knows its condition', async () => {
    using solver = await PositiveDefinite.of(devices, withEigenvalues([100, 5, 2], 3));
    expect(await solver.condition()).toBeCloseTo(50, 3);
  });

  it.each([
    ['a singular matrix', withEigenvalues([...spread(200, 10), 0], 2)],
    ['an indefinite one', withEigenvalues([...spread(200, 10), -1], 2)],
    ['one of zeros', new PackedSymmetric(3)],
    ['no numbers', new PackedSymmetric(2, Float64Array.of(1, Number.NaN, 1))],
  ])('is not %s', async (_, matrix) => {
    await expect(PositiveDefinite.of(devices, matrix)).rejects.toThrow(/singular/);
  });

  it('stops when it is cancelled', async () => {
    const abort = new AbortController();
    const made = PositiveDefinite.of(devices, withEigenvalues(spread(900, 10), 4), { signal: abort.signal });
    abort.abort();
    await expect(made).rejects.toBeInstanceOf(CancelledError);
  });
});

describe('the factor in blocks', () => {
  let devices: Devices;
  beforeAll(async () => {
    devices = new Devices(await loadRuntime(), 1);
  });
  afterAll(() => devices[Symbol.dispose]());

  const rows = (matrix: PackedSymmetric) => (i: number, into: Float32Array) => into.set(matrix.row(i));

  it.each([1, 128, 260])('of %i rows is the plain one', async (n) => {
    const matrix = withEigenvalues(spread(n, 20), 5);
    using factor = await BlockedFactor.of(devices, n, rows(matrix));
    const plain = Cholesky.small(n, matrix.dense());
    using solver = factor.solver(2, 'forward');
    const sides = random.normals(2 * n);
    const solved = Float32Array.from(sides);
    await solver.solve(solved);
    for (let k = 0; k < 2; k++) {
      // L y = b
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let j = 0; j <= i; j++) sum += (plain.factor[i * n + j] ?? 0) * (solved[k * n + j] ?? 0);
        expect(sum).toBeCloseTo(sides[k * n + i] ?? Number.NaN, 4);
      }
    }
  });

  it('solves bit for bit the same after it was packed', async () => {
    const n = 300;
    using factor = await BlockedFactor.of(devices, n, rows(withEigenvalues(spread(n, 20), 6)));
    using again = await BlockedFactor.unpacked(devices, n, await factor.packed());
    const [a, b] = [random.normals(n), new Float32Array(n)];
    b.set(a);
    using one = factor.solver(1, 'both');
    using other = again.solver(1, 'both');
    await one.solve(a);
    await other.solve(b);
    expect(b).toEqual(a);
  });

  it('says that there is none', async () => {
    const matrix = withEigenvalues([...spread(200, 10), -1], 7);
    await expect(BlockedFactor.of(devices, 201, rows(matrix))).rejects.toBeInstanceOf(NotPositiveDefinite);
  });
});
