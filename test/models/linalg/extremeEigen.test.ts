import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { extremeEigen } from '../../../src/engine/linalg/extremeEigen.ts';
import { orthonormalised } from '../../../src/engine/linalg/orthonormal.ts';
import { PositiveDefinite } from '../../../src/engine/linalg/positiveDefinite.ts';
import { rowProducts, rowsOf, transposedRows } from '../../../src/engine/linalg/products.ts';
import { spectralDensity } from '../../../src/engine/linalg/spectralDensity.ts';
import { loadRuntime } from '../../../src/engine/llama/runtime.ts';
import { Devices } from '../../../src/engine/llama/scheduler.ts';
import { Random } from '../../../src/engine/numeric/random.ts';
import { times, withEigenvalues } from './matrices.ts';

const random = new Random(5);
const ends = ['least', 'largest'] as const;

describe('eigenvectors at one end of the spectrum', () => {
  let devices: Devices;
  beforeAll(async () => {
    devices = new Devices(await loadRuntime(), 1);
  });
  afterAll(() => devices[Symbol.dispose]());

  it.each(ends)('are those with the %s eigenvalues, at right angles', async (end) => {
    const n = 400;
    const values = Array.from({ length: n }, (_, i) => 1.02 ** i);
    const matrix = withEigenvalues(values, 8);
    using a = await PositiveDefinite.of(devices, matrix);
    const count = 60;
    const found = await extremeEigen(devices, a, { count, end });
    expect(found.vectors.count).toBe(count);
    const outermost = end === 'least' ? values : values.toReversed();
    for (const [i, value] of found.values.entries()) {
      // those next to the last mix with the ones that were not asked for
      const expected = outermost[i] ?? Number.NaN;
      expect(Math.abs(value / expected - 1)).toBeLessThan(i < 40 ? 1e-3 : 2e-2);
    }
    for (let i = 0; i < 20; i++) {
      const vector = Float64Array.from(found.vectors.data.subarray(i * n, (i + 1) * n));
      const image = times(matrix, vector);
      const value = found.values[i] ?? Number.NaN;
      const off = Math.hypot(...image.map((y, j) => y - value * (vector[j] ?? 0))) / value;
      expect(off).toBeLessThan(0.02);
    }
    const products = await rowProducts(devices, found.vectors, found.vectors);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) {
        expect(products.data[i * count + j]).toBeCloseTo(i === j ? 1 : 0, 5);
      }
    }
  });

  it.each(ends)('are exact where they are most of all (%s)', async (end) => {
    const values = [7, 1, 30, 2, 60];
    using a = await PositiveDefinite.of(devices, withEigenvalues(values, 9));
    const found = await extremeEigen(devices, a, { count: 4, end });
    const outermost = values.toSorted((x, y) => (end === 'least' ? x - y : y - x)).slice(0, 4);
    for (const [i, value] of outermost.entries()) expect(found.values[i]).toBeCloseTo(value, 9);
  });

  it('are counted by the density of the spectrum', async () => {
    const values = Array.from({ length: 500 }, (_, i) => (i < 200 ? 1 + i / 400 : 100 + i));
    const density = await spectralDensity(devices, withEigenvalues(values, 10));
    const small = density.filter(({ value }) => value < 50);
    const sum = (of: (mass: (typeof density)[number]) => number) =>
      small.reduce((total, mass) => total + of(mass), 0);
    expect(sum(({ weight }) => weight)).toBeGreaterThan(0.36);
    expect(sum(({ weight }) => weight)).toBeLessThan(0.44);
    expect(sum(({ weight, value }) => weight * value) / sum(({ weight }) => weight)).toBeCloseTo(1.25, 1);
  });
});

describe('products of rows', () => {
  let devices: Devices;
  beforeAll(async () => {
    devices = new Devices(await loadRuntime(), 1);
  });
  afterAll(() => devices[Symbol.dispose]());

  it('are all inner products', async () => {
    const [m, n, width] = [70, 300, 33];
    const a = rowsOf(m, width, random.normals(m * width));
    const b = rowsOf(n, width, random.normals(n * width));
    const { data } = await rowProducts(devices, a, b);
    const made = await rowProducts(devices, a, {
      count: n,
      make: (first, count) => b.data.slice(first * width, (first + count) * width),
    });
    expect(made.data).toEqual(data);
    for (const [i, j] of [
      [0, 0],
      [299, 69],
      [256, 1],
      [255, 68],
    ] as const) {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += (b.data[i * width + k] ?? 0) * (a.data[j * width + k] ?? 0);
      expect(data[i * m + j]).toBeCloseTo(sum, 4);
    }
    expect(transposedRows(transposedRows(b))).toEqual(b);
    expect(transposedRows(b).data[2 * n + 5]).toBe(b.data[5 * width + 2]);
  });

  it.each([
    ['random rows', (i: number, x: number) => x * (1 + i)],
    ['rows that are nearly the same', (_: number, x: number, first: number) => first + 1e-3 * x],
  ])('are those of a basis after two rounds, from %s', async (_, row) => {
    const [m, n] = [150, 400];
    const noise = random.normals(m * n);
    const rows = rowsOf(
      m,
      n,
      noise.map((x, at) => row(Math.floor(at / n), x, noise[at % n] ?? 0)),
    );
    const basis = await orthonormalised(devices, await orthonormalised(devices, rows));
    const { data } = await rowProducts(devices, basis, basis);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < m; j++) expect(data[i * m + j]).toBeCloseTo(i === j ? 1 : 0, 4);
    }
    // the same span: what lies outside of it is nothing
    const along = await rowProducts(devices, basis, rows);
    const back = await rowProducts(devices, transposedRows(basis), along);
    for (const [at, x] of rows.data.entries()) {
      if (at % 97 === 0) expect(back.data[at]).toBeCloseTo(x, 2);
    }
  });
});
