import { EngineError } from '../errors.ts';
import type { Devices } from '../llama/scheduler.ts';
import { NotPositiveDefinite } from '../numeric/cholesky.ts';
import type { PackedSymmetric } from '../numeric/packedSymmetric.ts';
import type { Solver } from '../numeric/solver.ts';
import { dot, norm } from '../numeric/vector.ts';
import { phases, type Work } from '../work/progress.ts';
import { turn } from '../work/turn.ts';
import { BlockedFactor, type FactorSolver } from './blockedFactor.ts';
import type { Rows } from './products.ts';

/** ‖A x − b‖ of what is given back: at the most so many ‖b‖ or, where float64 can do no better, trace(A) ‖x‖. */
const tolerance = 1e-11;
const minError = Number.EPSILON;
/** By how much more what does not come closer may miss that. */
const slack = 100;
/** An eigenvalue of A, scaled to a diagonal of ones, that counts as 0. */
const nothing = 1e-14;
/** Steps of conjugate gradients before the residual is taken anew; a covariance with a ridge needs about five. */
const maxSteps = 200;
const maxRestarts = 4;
/** Right-hand sides that are solved side by side. */
const together = 64;
/** The same where rounding to F32 is good enough. */
const wide = 256;
/** Of power iteration. */
const iterations = 40;
/** What is added to a diagonal of ones where rounding to F32 leaves it without a factor. */
const shifts = [0, 1e-6, 1e-5, 1e-4, 1e-3] as const;

/**
 * A symmetric positive definite matrix A that is solved with in float64 though its factor is of F32: the factor, of A
 * scaled to a diagonal of ones, is the preconditioner of conjugate gradients whose residuals are float64 (Golub and Van
 * Loan 11.5). Where F32 is fine enough that is iterative refinement and takes a handful of steps; where A is too ill
 * conditioned for it, more of them. Memory: n²/2 numbers for A, as much for its factor.
 */
export class PositiveDefinite implements Disposable, Solver {
  readonly matrix: PackedSymmetric;
  readonly factor: BlockedFactor;
  /** 1 / √diagonal of A. */
  readonly #scale: Float64Array;

  /** @param factor of `matrix` scaled to a diagonal of ones; owned from now on */
  constructor(matrix: PackedSymmetric, factor: BlockedFactor) {
    this.matrix = matrix;
    this.factor = factor;
    this.#scale = scaleOf(matrix);
  }

  get n(): number {
    return this.matrix.n;
  }

  /** @throws EngineError when the matrix is not positive definite */
  static async of(devices: Devices, matrix: PackedSymmetric, work: Work = {}): Promise<PositiveDefinite> {
    const scale = scaleOf(matrix);
    if (!scale.every((x) => x > 0 && Number.isFinite(x))) throw singular();
    for (const shift of shifts) {
      const row = (i: number, into: Float32Array) => {
        const own = matrix.row(i);
        const by = scale[i] as number;
        for (let j = 0; j < i; j++) into[j] = (own[j] as number) * by * (scale[j] as number);
        into[i] = 1 + shift;
      };
      try {
        // progress never falls: only the first attempt, which is nearly always enough, tells any
        const own = shift === 0 ? work : { signal: work.signal };
        const made = new PositiveDefinite(matrix, await BlockedFactor.of(devices, matrix.n, row, own));
        await made.#prove(work.signal);
        return made;
      } catch (error) {
        if (!(error instanceof NotPositiveDefinite)) throw error;
      }
    }
    throw singular();
  }

  /** Whether it can be solved with: a singular matrix does not reach what is random. */
  async #prove(signal: AbortSignal | undefined): Promise<void> {
    try {
      await this.solve([Float64Array.from({ length: this.n }, (_, i) => Math.sin(i + 1))], { signal });
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  async solve(vectors: readonly Float64Array[], { signal }: Work = {}): Promise<Float64Array[]> {
    const solved: Float64Array[] = [];
    using solver = this.factor.solver(Math.min(together, Math.max(1, vectors.length)), 'both');
    for (let at = 0; at < vectors.length; at += solver.columns) {
      solved.push(...(await this.#solveGroup(solver, vectors.slice(at, at + solver.columns), signal)));
    }
    return solved;
  }

  /** Conjugate gradients for each right-hand side, side by side; those that are done drop out. */
  async #solveGroup(
    solver: FactorSolver,
    vectors: readonly Float64Array[],
    signal: AbortSignal | undefined,
  ): Promise<Float64Array[]> {
    const trace = this.trace();
    const systems = vectors.map((b) => new System(b, trace));
    let open = systems.filter((system) => !system.within(1));
    for (let restart = 0; open.length > 0; restart++) {
      if (restart > maxRestarts) {
        if (open.every((system) => system.within(slack))) break;
        throw singular();
      }
      let moving = open;
      for (let step = 0; step < maxSteps && moving.length > 0; step++) {
        const residuals = await this.#precondition(
          solver,
          moving.map(({ residual }) => residual),
          signal,
        );
        for (const [k, system] of moving.entries()) system.turnTo(residuals[k] as Float64Array);
        const images = await this.matrix.multiply(
          moving.map(({ direction }) => direction),
          signal,
        );
        for (const [k, system] of moving.entries()) {
          const image = images[k] as Float64Array;
          if (!(dot(system.direction, image) > nothing * this.#lengthOf(system.direction) ** 2))
            throw singular();
          system.step(image);
        }
        // the residual that is carried along may be off by rounding, which is seen below
        moving = moving.filter((system) => !system.within(0.1));
      }
      const images = await this.matrix.multiply(
        open.map(({ x }) => x),
        signal,
      );
      for (const [k, system] of open.entries()) system.restart(images[k] as Float64Array);
      open = open.filter((system) => !system.within(1));
    }
    return systems.map(({ x }) => x);
  }

  /** The length of x in the units in which A has a diagonal of ones. */
  #lengthOf(x: Float64Array): number {
    return norm(x.map((value, i) => value / (this.#scale[i] as number)));
  }

  /** What the factor alone takes for A⁻¹ r. */
  async #precondition(
    solver: FactorSolver,
    residuals: readonly Float64Array[],
    signal: AbortSignal | undefined,
  ): Promise<Float64Array[]> {
    const { n } = this;
    const scale = this.#scale;
    const sizes = residuals.map((r) => norm(r) || 1);
    const vectors = new Float32Array(solver.columns * n);
    for (const [k, r] of residuals.entries()) {
      for (let i = 0; i < n; i++)
        vectors[k * n + i] = ((r[i] as number) * (scale[i] as number)) / (sizes[k] as number);
    }
    await solver.solve(vectors, signal);
    return residuals.map((_, k) =>
      scale.map((by, i) => (vectors[k * n + i] as number) * by * (sizes[k] as number)),
    );
  }

  /** Rows x become A⁻¹ x or, with `forward` alone, half of it: H x with A⁻¹ = Hᵀ H; in F32, in place. */
  async applyInverse(
    { count, width, data }: Rows,
    way: 'forward' | 'both',
    signal?: AbortSignal,
  ): Promise<void> {
    using solver = this.factor.solver(Math.min(wide, count), way);
    for (let at = 0; at < count; at += solver.columns) {
      const rows = data.subarray(at * width, Math.min(count, at + solver.columns) * width);
      this.#scaleRows(rows);
      await solver.solve(rows, signal);
      if (way === 'both') this.#scaleRows(rows);
      await turn(signal);
    }
  }

  #scaleRows(rows: Float32Array): void {
    const scale = this.#scale;
    for (let at = 0; at < rows.length; at += this.n) {
      for (let i = 0; i < this.n; i++) rows[at + i] = (rows[at + i] as number) * (scale[i] as number);
    }
  }

  /** The sum of A's diagonal. */
  trace(): number {
    return this.matrix.trace();
  }

  /**
   * The ratio of the largest to the smallest eigenvalue, by power iteration on A and on what the factor takes for its
   * inverse: an estimate from below, good to a few per cent.
   */
  async condition(work: Work = {}): Promise<number> {
    const [forwards, backwards] = phases(work, [1, 1]);
    using solver = this.factor.solver(1, 'both');
    const largest = await this.#iterate((x) => this.matrix.multiply(x, work.signal), forwards);
    const inverse = await this.#iterate((x) => this.#precondition(solver, x, work.signal), backwards);
    return largest * inverse;
  }

  async #iterate(
    apply: (x: Float64Array[]) => Promise<Float64Array[]>,
    { signal, report }: Work,
  ): Promise<number> {
    let x: Float64Array = Float64Array.from({ length: this.n }, (_, i) => Math.sin(i + 1));
    let value = 0;
    for (let k = 0; k < iterations; k++) {
      const size = norm(x);
      [x = x] = await apply([x.map((v) => v / size)]);
      value = norm(x);
      report?.('conditioning the covariance', (k + 1) / iterations);
      await turn(signal);
    }
    return value;
  }

  [Symbol.dispose](): void {
    this.factor[Symbol.dispose]();
  }
}

/** One right-hand side on its way. */
class System {
  readonly x: Float64Array;
  readonly #b: Float64Array;
  readonly #size: number;
  readonly #trace: number;
  residual: Float64Array;
  direction: Float64Array;
  #along = 0;

  constructor(b: Float64Array, trace: number) {
    this.#trace = trace;
    this.#b = b;
    this.#size = norm(b);
    this.x = new Float64Array(b.length);
    this.residual = Float64Array.from(b);
    this.direction = new Float64Array(b.length);
  }

  /** Whether the residual is small enough, in parts of what is allowed. */
  within(part: number): boolean {
    const allowed = Math.max(tolerance * this.#size, minError * this.#trace * norm(this.x));
    return norm(this.residual) <= part * allowed;
  }

  /** The next direction, at right angles in A to those before. @param z the preconditioned residual */
  turnTo(z: Float64Array): void {
    const along = dot(this.residual, z);
    const keep = this.#along === 0 ? 0 : along / this.#along;
    this.#along = along;
    this.direction = this.direction.map((p, i) => (z[i] as number) + keep * p);
  }

  /** @param image A times the direction */
  step(image: Float64Array): void {
    const length = this.#along / dot(this.direction, image);
    for (let i = 0; i < this.x.length; i++) {
      this.x[i] = (this.x[i] as number) + length * (this.direction[i] as number);
      this.residual[i] = (this.residual[i] as number) - length * (image[i] as number);
    }
  }

  /** @param image A x */
  restart(image: Float64Array): void {
    this.residual = this.#b.map((b, i) => b - (image[i] as number));
    this.direction.fill(0);
    this.#along = 0;
  }
}

function scaleOf(matrix: PackedSymmetric): Float64Array {
  return matrix.diagonal().map((x) => 1 / Math.sqrt(x));
}

function singular(): EngineError {
  return new EngineError(
    'The covariance of the keys is singular: too few samples, or keys that do not vary. Give more text.',
  );
}
