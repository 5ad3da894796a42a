import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/engine/numeric/random.ts';
import { Sketch } from '../../../src/engine/review/difference/sketch.ts';

const rows = 60;
const columns = 90;
const random = new Random(7);

/** Dᵀ (D Ω) of a whole matrix, as the kernel gives it block by block. */
function look(sketch: Sketch, matrix: Float64Array): void {
  const back = new Float32Array(columns * sketch.width);
  for (let k = 0; k < sketch.width; k++) {
    for (let row = 0; row < rows; row++) {
      let image = 0;
      for (let i = 0; i < columns; i++) {
        image += (matrix[row * columns + i] ?? 0) * (sketch.directions[k * columns + i] ?? 0);
      }
      for (let i = 0; i < columns; i++) {
        back[k * columns + i] = (back[k * columns + i] ?? 0) + image * (matrix[row * columns + i] ?? 0);
      }
    }
  }
  sketch.add(back);
}

function unit(length: number): Float64Array {
  const vector = Float64Array.from(random.normals(length));
  const norm = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
  return vector.map((x) => x / norm);
}

function spike(into: Float64Array, size: number, left: Float64Array, right: Float64Array): void {
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < columns; i++) {
      into[row * columns + i] = (into[row * columns + i] ?? 0) + size * (left[row] ?? 0) * (right[i] ?? 0);
    }
  }
}

const dot = (a: Float64Array | undefined, b: Float64Array) =>
  Math.abs(b.reduce((sum, x, i) => sum + x * (a?.[i] ?? 0), 0));

describe('a sketch', () => {
  it('gives the exact spectrum of a matrix of low rank', () => {
    const matrix = new Float64Array(rows * columns);
    const [u1, u2] = [unit(rows), unit(rows)];
    const [v1, v2] = [unit(columns), unit(columns)];
    // made orthogonal, so that the sizes are the singular values
    const orthogonal = (a: Float64Array, b: Float64Array) => {
      const along = b.reduce((sum, x, i) => sum + x * (a[i] ?? 0), 0);
      const rest = b.map((x, i) => x - along * (a[i] ?? 0));
      const norm = Math.sqrt(rest.reduce((sum, x) => sum + x * x, 0));
      return rest.map((x) => x / norm);
    };
    spike(matrix, 5, u1, v1);
    spike(matrix, 2, orthogonal(u1, u2), orthogonal(v1, v2));
    const sketch = new Sketch(columns, 8, random.normals(columns * 8));
    look(sketch, matrix);
    const singular = sketch.singular();
    const { values } = singular;
    const right = singular.right(values.length);
    expect(values[0]).toBeCloseTo(5, 4);
    expect(values[1]).toBeCloseTo(2, 4);
    expect(values[2] ?? 0).toBeLessThan(1e-2);
    expect(dot(right[0], v1)).toBeGreaterThan(0.9999);
  });

  it('finds the direction of a spike in noise', () => {
    const matrix = Float64Array.from(random.normals(rows * columns));
    const [u, v] = [unit(rows), unit(columns)];
    spike(matrix, 100, u, v);
    const sketch = new Sketch(columns, 16, random.normals(columns * 16));
    look(sketch, matrix);
    const singular = sketch.singular();
    const { values } = singular;
    const right = singular.right(values.length);
    expect(values[0]).toBeGreaterThan(90);
    expect(values[0]).toBeLessThan(105);
    expect(values[1]).toBeLessThan(Math.sqrt(rows) + Math.sqrt(columns));
    expect(dot(right[0], v)).toBeGreaterThan(0.97);
  });

  it('never says more than is there', () => {
    const matrix = Float64Array.from(random.normals(rows * columns));
    const sketch = new Sketch(columns, 16, random.normals(columns * 16));
    look(sketch, matrix);
    const energy = sketch.singular().values.reduce((sum, value) => sum + value ** 2, 0);
    expect(energy).toBeLessThanOrEqual(matrix.reduce((sum, x) => sum + x * x, 0));
  });

  it('looks along other directions each time, so that nothing can hide between them', () => {
    expect(new Sketch(8, 2).directions).not.toEqual(new Sketch(8, 2).directions);
  });
});
