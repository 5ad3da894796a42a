import { PositiveDefinite } from '../../linalg/positiveDefinite.ts';
import { f32, Graph } from '../../llama/graph.ts';
import { Computation, type Devices } from '../../llama/scheduler.ts';
import { PackedSymmetric } from '../../numeric/packedSymmetric.ts';
import { phases, type Work } from '../../work/progress.ts';
import { turn } from '../../work/turn.ts';

/** The second moment of a layer's keys, with a ridge, ready to be solved with. */
export interface Covariance {
  readonly solver: PositiveDefinite;
  /** Keys that it was taken over. */
  readonly samples: number;
  /** Mean of its diagonal without the ridge: E[‖k‖²] / width. */
  readonly meanSquare: number;
  /** Largest over smallest eigenvalue, with the ridge. */
  readonly condition: number;
}

/** Keys that go into one product. */
const chunk = 1024;
/** Rows of the sum that are brought back at a time. */
const together = 512;

/**
 * C = E[k kᵀ], gathered key by key: products of 1024 keys at a time by ggml in F32, of which the lower triangle is summed
 * in float64.
 */
export class CovarianceAccumulator {
  readonly width: number;
  readonly #devices: Devices;
  readonly #sum: PackedSymmetric;
  readonly #waiting: Float32Array;
  #count = 0;
  #filled = 0;

  constructor(devices: Devices, width: number) {
    this.width = width;
    this.#devices = devices;
    this.#sum = new PackedSymmetric(width);
    this.#waiting = new Float32Array(chunk * width);
  }

  get samples(): number {
    return this.#count + this.#filled;
  }

  /** @param keys Shape [n x width], by rows */
  async add(keys: Float32Array, signal?: AbortSignal): Promise<void> {
    for (let at = 0; at < keys.length; at += this.width) {
      this.#waiting.set(keys.subarray(at, at + this.width), this.#filled * this.width);
      this.#filled++;
      if (this.#filled === chunk) await this.#flush(signal);
    }
  }

  /** Takes no more keys. @param ridge added to the diagonal, as a share of its mean */
  async finish(ridge: number, work: Work = {}): Promise<Covariance> {
    await this.#flush(work.signal);
    const { width } = this;
    const matrix = this.#sum;
    for (let i = 0; i < width; i++) {
      const row = matrix.row(i);
      for (let j = 0; j <= i; j++) row[j] = (row[j] as number) / this.#count;
      await turn(work.signal);
    }
    const meanSquare = matrix.trace() / width;
    for (let i = 0; i < width; i++) {
      const row = matrix.row(i);
      row[i] = (row[i] as number) + ridge * meanSquare;
    }
    const [factoring, conditioning] = phases(work, [3, 1]);
    const solver = await PositiveDefinite.of(this.#devices, matrix, factoring);
    const condition = await solver.condition(conditioning);
    return { solver, samples: this.#count, meanSquare, condition };
  }

  async #flush(signal: AbortSignal | undefined): Promise<void> {
    if (this.#filled === 0) return;
    const { runtime } = this.#devices;
    const { c } = runtime;
    const { width } = this;
    using inputs = new Graph(runtime, 2);
    const keys = inputs.tensor(f32, width, chunk);
    const byColumn = inputs.tensor(f32, chunk, width);
    using _buffer = this.#devices.allocate(inputs);
    this.#waiting.fill(0, this.#filled * width);
    c.ggml_backend_tensor_set(keys.pointer, this.#waiting, 0, this.#waiting.byteLength);
    {
      using graph = new Graph(runtime, 8);
      using turning = new Computation(
        this.#devices,
        graph,
        [graph.copyInto(graph.transpose(keys), byColumn)],
        8,
      );
      await turning.run(signal);
    }
    for (let first = 0; first < width; first += together) {
      const count = Math.min(together, width - first);
      const reach = first + count;
      using graph = new Graph(runtime, 8);
      const columns = graph.view(byColumn, [chunk, reach, 1, 1], byColumn.nb, 0);
      const rows = graph.view(byColumn, [chunk, count, 1, 1], byColumn.nb, first * byColumn.nb[1]);
      const product = graph.mulMat(columns, rows);
      using computation = new Computation(this.#devices, graph, [product], 8);
      await computation.run(signal);
      const part = new Float32Array(count * reach);
      c.ggml_backend_tensor_get(product.pointer, part, 0, part.byteLength);
      for (let i = 0; i < count; i++) {
        const row = this.#sum.row(first + i);
        for (let j = 0; j <= first + i; j++) row[j] = (row[j] as number) + (part[i * reach + j] as number);
      }
      await turn(signal);
    }
    this.#count += this.#filled;
    this.#filled = 0;
  }
}
