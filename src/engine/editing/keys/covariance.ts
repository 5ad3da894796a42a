import { Cholesky } from '../../linalg/cholesky.ts';
import { f32, Graph } from '../../llama/graph.ts';
import { Computation, type Devices } from '../../llama/scheduler.ts';
import { phases, type Work } from '../../progress.ts';

/** The second moment of a layer's keys, with a ridge, ready to be solved with. */
export interface Covariance {
  readonly cholesky: Cholesky;
  /** Keys that it was taken over. */
  readonly samples: number;
  /** Mean of its diagonal without the ridge: E[‖k‖²] / width. */
  readonly meanSquare: number;
  /** Largest over smallest eigenvalue, with the ridge. */
  readonly condition: number;
}

/** Keys that go into one product. */
const chunk = 512;

/**
 * C = E[k kᵀ], gathered key by key: products of 512 keys at a time by ggml in F32, summed in float64.
 */
export class CovarianceAccumulator {
  readonly width: number;
  readonly #devices: Devices;
  readonly #sum: Float64Array;
  readonly #waiting: Float32Array;
  #count = 0;
  #filled = 0;

  constructor(devices: Devices, width: number) {
    this.width = width;
    this.#devices = devices;
    this.#sum = new Float64Array(width * width);
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

  /** @param ridge added to the diagonal, as a share of its mean */
  async finish(ridge: number, work: Work = {}): Promise<Covariance> {
    await this.#flush(work.signal);
    const { width } = this;
    const matrix = this.#sum;
    let trace = 0;
    for (let i = 0; i < width; i++) trace += (matrix[i * width + i] ?? 0) / this.#count;
    for (let i = 0; i < matrix.length; i++) matrix[i] = (matrix[i] ?? 0) / this.#count;
    for (let i = 0; i < width; i++)
      matrix[i * width + i] = (matrix[i * width + i] ?? 0) + (ridge * trace) / width;
    const [factoring, conditioning] = phases(work, [1, 1]);
    const cholesky = await Cholesky.of(width, matrix, factoring);
    const condition = await cholesky.condition(conditioning);
    return { cholesky, samples: this.#count, meanSquare: trace / width, condition };
  }

  async #flush(signal: AbortSignal | undefined): Promise<void> {
    if (this.#filled === 0) return;
    const { runtime } = this.#devices;
    const { width } = this;
    using graph = new Graph(runtime, 16);
    const keys = graph.tensor(f32, width, chunk);
    using _input = this.#devices.allocate(graph);
    const byColumn = graph.cont(graph.transpose(keys));
    const product = graph.mulMat(byColumn, byColumn);
    this.#waiting.fill(0, this.#filled * width);
    runtime.c.ggml_backend_tensor_set(keys.pointer, this.#waiting, 0, this.#waiting.byteLength);
    using computation = new Computation(this.#devices, graph, [product], 64);
    await computation.run(signal);
    const part = new Float32Array(width * width);
    runtime.c.ggml_backend_tensor_get(product.pointer, part, 0, part.byteLength);
    for (let i = 0; i < part.length; i++) this.#sum[i] = (this.#sum[i] ?? 0) + (part[i] ?? 0);
    this.#count += this.#filled;
    this.#filled = 0;
  }
}
