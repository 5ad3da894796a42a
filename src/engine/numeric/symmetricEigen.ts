import { EngineError } from '../errors.ts';
import type { Work } from '../work/progress.ts';
import { turn } from '../work/turn.ts';
import { dotAt as dot } from './dotAt.ts';

/** A = Σ values[i] vᵢ vᵢᵀ. */
export interface Eigen {
  /** In no particular order. Shape [n]. */
  readonly values: Float64Array;
  /** vᵢ is row i. Shape [n x n]. */
  readonly vectors: Float64Array;
}

/** QL iterations for one eigenvalue; two or three are usual. */
const maxIterations = 60;

/**
 * All eigenvalues and eigenvectors of a symmetric matrix in float64: Householder's reduction to tridiagonal form, then
 * implicit QL (EISPACK's tred2 and tql2, with the vectors kept by rows). About 7 n³ operations.
 *
 * @param matrix Shape [n x n], both halves; overwritten
 */
export async function symmetricEigen(n: number, matrix: Float64Array, work: Work = {}): Promise<Eigen> {
  const steps = eigenSteps(n, matrix);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    work.report?.('finding the directions of the keys', value);
    await turn(work.signal);
  }
}

/** The same at once, for matrices of a few dozen rows. */
export function smallSymmetricEigen(n: number, matrix: Float64Array): Eigen {
  const steps = eigenSteps(n, matrix);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Yields how far it is, in 0..1. */
function* eigenSteps(n: number, matrix: Float64Array): Generator<number, Eigen> {
  const { diagonal, off, vectors } = yield* tridiagonalise(n, matrix);
  yield* diagonalise(n, diagonal, off, vectors);
  return { values: diagonal, vectors };
}

function* tridiagonalise(n: number, a: Float64Array) {
  const reflections: { start: number; v: Float64Array; beta: number }[] = [];
  const off = new Float64Array(n);
  for (let k = 0; k < n - 1; k++) {
    const start = k + 1;
    // row k, since the matrix is symmetric
    const v = a.slice(k * n + start, (k + 1) * n);
    const length = Math.sqrt(dot(v, 0, v, 0, v.length));
    const first = v[0] as number;
    const alpha = first > 0 ? -length : length;
    off[k] = alpha;
    v[0] = first - alpha;
    const size = dot(v, 0, v, 0, v.length);
    if (size === 0) continue;
    const beta = 2 / size;
    reflections.push({ start, v, beta });
    const p = new Float64Array(v.length);
    for (let i = 0; i < p.length; i++) p[i] = beta * dot(a, (start + i) * n + start, v, 0, v.length);
    const half = (beta / 2) * dot(p, 0, v, 0, v.length);
    for (let i = 0; i < p.length; i++) p[i] = (p[i] as number) - half * (v[i] as number);
    for (let i = 0; i < p.length; i++) {
      const row = (start + i) * n + start;
      addScaled(a, row, p, 0, -(v[i] as number), p.length);
      addScaled(a, row, v, 0, -(p[i] as number), p.length);
    }
    yield 0.4 * (1 - (1 - k / n) ** 3);
  }
  const diagonal = Float64Array.from({ length: n }, (_, i) => a[i * n + i] as number);
  return { diagonal, off, vectors: yield* accumulated(n, reflections) };
}

/** Qᵀ = … H₁ H₀ by rows, built from the last reflection on, so that each touches only what is not the identity yet. */
function* accumulated(
  n: number,
  reflections: readonly { start: number; v: Float64Array; beta: number }[],
): Generator<number, Float64Array> {
  const q = new Float64Array(n * n);
  for (let i = 0; i < n; i++) q[i * n + i] = 1;
  for (const { start, v, beta } of reflections.toReversed()) {
    for (let i = start; i < n; i++) {
      const row = i * n + start;
      addScaled(q, row, v, 0, -beta * dot(q, row, v, 0, v.length), v.length);
    }
    yield 0.4;
  }
  return q;
}

function* diagonalise(n: number, d: Float64Array, e: Float64Array, z: Float64Array): Generator<number, void> {
  for (let l = 0; l < n; l++) {
    for (let iteration = 0; ; iteration++) {
      const m = splitAt(n, d, e, l);
      if (m === l) break;
      if (iteration === maxIterations) throw new EngineError('The eigenvalues of the keys do not converge.');
      let g = ((d[l + 1] as number) - (d[l] as number)) / (2 * (e[l] as number));
      let r = Math.hypot(g, 1);
      g = (d[m] as number) - (d[l] as number) + (e[l] as number) / (g + (g >= 0 ? r : -r));
      let [s, c, p] = [1, 1, 0];
      let underflow = false;
      for (let i = m - 1; i >= l; i--) {
        const f = s * (e[i] as number);
        const b = c * (e[i] as number);
        r = Math.hypot(f, g);
        e[i + 1] = r;
        if (r === 0) {
          d[i + 1] = (d[i + 1] as number) - p;
          e[m] = 0;
          underflow = true;
          break;
        }
        s = f / r;
        c = g / r;
        g = (d[i + 1] as number) - p;
        r = ((d[i] as number) - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
        rotate(z, i * n, (i + 1) * n, c, s, n);
      }
      yield 0.4 + (0.6 * l) / n;
      if (underflow) continue;
      d[l] = (d[l] as number) - p;
      e[l] = g;
      e[m] = 0;
    }
  }
}

/** The first place from `l` on where the tridiagonal matrix falls apart. */
function splitAt(n: number, d: Float64Array, e: Float64Array, l: number): number {
  for (let m = l; m < n - 1; m++) {
    const scale = Math.abs(d[m] as number) + Math.abs(d[m + 1] as number);
    if (Math.abs(e[m] as number) <= Number.EPSILON * scale) return m;
  }
  return n - 1;
}

function rotate(z: Float64Array, first: number, second: number, c: number, s: number, n: number): void {
  for (let k = 0; k < n; k++) {
    const a = z[first + k] as number;
    const b = z[second + k] as number;
    z[second + k] = s * a + c * b;
    z[first + k] = c * a - s * b;
  }
}

function addScaled(y: Float64Array, yAt: number, x: Float64Array, xAt: number, by: number, count: number) {
  for (let i = 0; i < count; i++) y[yAt + i] = (y[yAt + i] as number) + by * (x[xAt + i] as number);
}
