import { f32, Graph, type Tensor } from '../llama/graph.ts';
import { Computation, type Devices, type TensorBuffer } from '../llama/scheduler.ts';
import { Cholesky } from '../numeric/cholesky.ts';
import type { Work } from '../work/progress.ts';
import { turn } from '../work/turn.ts';

/** Columns of a block. Products take nearly all of the time above it, and its own n b² operations next to none. */
const block = 128;
const bytes = 4;

/**
 * The Cholesky factor L of a positive definite matrix in F32, made block column by block column: what earlier columns
 * give is one product by ggml on every core, the diagonal block is factored and inverted here in float64, and what lies
 * below is a product with that inverse (left-looking, Golub and Van Loan 4.2.6). Good to F32's rounding times the
 * condition number, for a preconditioner.
 */
export class BlockedFactor implements Disposable {
  readonly n: number;
  readonly #devices: Devices;
  readonly #graph: Graph;
  readonly #buffer: TensorBuffer;
  /** L below the blocks of the diagonal and Lᵀ above them, so that both substitutions read along rows. Shape [n x n]. */
  readonly #square: Tensor;
  /** The inverses of the diagonal's blocks, by rows, one below the other. Shape [n x block]. */
  readonly #inverses: Tensor;
  /** The same, each transposed. */
  readonly #transposed: Tensor;

  private constructor(devices: Devices, n: number) {
    this.n = n;
    this.#devices = devices;
    this.#graph = new Graph(devices.runtime, 4);
    this.#square = this.#graph.tensor(f32, n, n);
    this.#inverses = this.#graph.tensor(f32, block, n);
    this.#transposed = this.#graph.tensor(f32, block, n);
    this.#buffer = devices.allocate(this.#graph);
  }

  /** @param row writes row i of the lower triangle, i + 1 numbers @throws NotPositiveDefinite, also where only rounding to F32 makes a pivot so */
  static async of(
    devices: Devices,
    n: number,
    row: (i: number, into: Float32Array) => void,
    work: Work = {},
  ): Promise<BlockedFactor> {
    const factor = new BlockedFactor(devices, n);
    try {
      await factor.#fill(row, work.signal);
      for (const { at, width } of factor.#blocks()) {
        if (at > 0) await factor.#subtractEarlier(at, width, work.signal);
        factor.#factorDiagonal(at, width);
        if (at + width < n) await factor.#finishColumn(at, width, work.signal);
        work.report?.('factoring the covariance', ((at + width) / n) ** 2);
        await turn(work.signal);
      }
      return factor;
    } catch (error) {
      factor[Symbol.dispose]();
      throw error;
    }
  }

  /** From what `packed` gave. */
  static async unpacked(
    devices: Devices,
    n: number,
    packed: Float32Array,
    signal?: AbortSignal,
  ): Promise<BlockedFactor> {
    const factor = new BlockedFactor(devices, n);
    try {
      await factor.#fill((i, into) => into.set(packed.subarray(start(i), start(i + 1))), signal);
      for (const { at, width } of factor.#blocks()) {
        factor.#setInverse(at, width, (i, j) => packed[start(at + i) + at + j] as number);
        if (at + width < n) await factor.#mirror(at, width, signal);
        await turn(signal);
      }
      return factor;
    } catch (error) {
      factor[Symbol.dispose]();
      throw error;
    }
  }

  /** L by the rows of its triangle, with the inverses of the diagonal's blocks in their places. */
  async packed(signal?: AbortSignal): Promise<Float32Array> {
    const packed = new Float32Array(start(this.n));
    for (const { at, width } of this.#blocks()) {
      for (let i = at; i < at + width; i++) {
        if (at > 0) this.#get(this.#square, packed.subarray(start(i), start(i) + at), i * this.n);
        this.#get(this.#inverses, packed.subarray(start(i) + at, start(i + 1)), i * block);
      }
      await turn(signal);
    }
    return packed;
  }

  /** A graph that solves with `columns` right-hand sides at once. */
  solver(columns: number, way: 'forward' | 'both'): FactorSolver {
    return new FactorSolver(this.#devices, this.n, columns, (graph, x) => {
      const forward = [...this.#blocks()].map((one) => this.#forward(graph, x, one));
      if (way === 'forward') return forward;
      return [...forward, ...[...this.#blocks()].reverse().map((one) => this.#backward(graph, x, one))];
    });
  }

  /** y_j = L_jj⁻¹ (b_j − Σ_{i<j} L_ji y_i), in b's place. */
  #forward(graph: Graph, x: Tensor, { at, width }: Block): Tensor {
    const own = part(graph, x, { column: at, columns: width });
    const earlier = this.#view(graph, { row: at, rows: width, column: 0, columns: at });
    const rest =
      at === 0 ? own : graph.sub(own, graph.mulMat(earlier, part(graph, x, { column: 0, columns: at })));
    return graph.copyInto(graph.mulMat(this.#diagonal(graph, this.#inverses, at, width), rest), own);
  }

  /** x_j = L_jj⁻ᵀ (y_j − Σ_{i>j} L_ijᵀ x_i), in y's place. */
  #backward(graph: Graph, x: Tensor, { at, width }: Block): Tensor {
    const own = part(graph, x, { column: at, columns: width });
    const [next, left] = [at + width, this.n - at - width];
    const later = this.#view(graph, { row: at, rows: width, column: next, columns: left });
    const rest =
      left === 0 ? own : graph.sub(own, graph.mulMat(later, part(graph, x, { column: next, columns: left })));
    return graph.copyInto(graph.mulMat(this.#diagonal(graph, this.#transposed, at, width), rest), own);
  }

  async #fill(row: (i: number, into: Float32Array) => void, signal: AbortSignal | undefined): Promise<void> {
    const { n } = this;
    const rows = new Float32Array(block * n);
    for (const { at, width } of this.#blocks()) {
      for (let i = 0; i < width; i++) row(at + i, rows.subarray(i * n, i * n + at + i + 1));
      this.#set(this.#square, rows.subarray(0, width * n), at * n);
      await turn(signal);
    }
  }

  /** A column's block, from the diagonal down, less what the columns before it give there. */
  async #subtractEarlier(at: number, width: number, signal: AbortSignal | undefined): Promise<void> {
    await this.#run(signal, (graph) => {
      const rows = this.n - at;
      const own = this.#view(graph, { row: at, rows: width, column: 0, columns: at });
      const all = this.#view(graph, { row: at, rows, column: 0, columns: at });
      const column = this.#view(graph, { row: at, rows, column: at, columns: width });
      return [graph.copyInto(graph.sub(column, graph.mulMat(own, all)), column)];
    });
  }

  #factorDiagonal(at: number, width: number): void {
    const square = new Float64Array(width * width);
    const row = new Float32Array(width);
    for (let i = 0; i < width; i++) {
      this.#get(this.#square, row, (at + i) * this.n + at);
      square.set(row, i * width);
    }
    const inverse = Cholesky.small(width, square).inverseFactor();
    this.#setInverse(at, width, (i, j) => inverse[i * width + j] as number);
  }

  #setInverse(at: number, width: number, value: (i: number, j: number) => number): void {
    const [plain, turned] = [new Float32Array(width * block), new Float32Array(width * block)];
    for (let i = 0; i < width; i++) {
      for (let j = 0; j <= i; j++) {
        plain[i * block + j] = value(i, j);
        turned[j * block + i] = value(i, j);
      }
    }
    this.#set(this.#inverses, plain, at * block);
    this.#set(this.#transposed, turned, at * block);
  }

  /** L_ij = A_ij L_jj⁻ᵀ below the diagonal's block. */
  async #finishColumn(at: number, width: number, signal: AbortSignal | undefined): Promise<void> {
    await this.#run(signal, (graph) => {
      const below = this.#below(graph, at, width);
      const done = graph.mulMat(this.#diagonal(graph, this.#inverses, at, width), below);
      const right = this.#right(graph, at, width);
      return [graph.copyInto(done, below), graph.copyInto(graph.transpose(done), right)];
    });
  }

  /** Writes the column below the diagonal's block into the row right of it. */
  async #mirror(at: number, width: number, signal: AbortSignal | undefined): Promise<void> {
    await this.#run(signal, (graph) => [
      graph.copyInto(graph.transpose(this.#below(graph, at, width)), this.#right(graph, at, width)),
    ]);
  }

  #below(graph: Graph, at: number, width: number): Tensor {
    const row = at + width;
    return this.#view(graph, { row, rows: this.n - row, column: at, columns: width });
  }

  #right(graph: Graph, at: number, width: number): Tensor {
    const column = at + width;
    return this.#view(graph, { row: at, rows: width, column, columns: this.n - column });
  }

  async #run(signal: AbortSignal | undefined, build: (graph: Graph) => Tensor[]): Promise<void> {
    using graph = new Graph(this.#devices.runtime, 32);
    using computation = new Computation(this.#devices, graph, build(graph), 32);
    await computation.run(signal);
  }

  #view(graph: Graph, { row, rows, column, columns }: Rectangle): Tensor {
    const square = graph.borrow(this.#square.pointer);
    const [nb0, nb1] = square.nb;
    return graph.view(square, [columns, rows, 1, 1], square.nb, row * nb1 + column * nb0);
  }

  #diagonal(graph: Graph, of: Tensor, at: number, width: number): Tensor {
    const blocks = graph.borrow(of.pointer);
    return graph.view(blocks, [width, width, 1, 1], blocks.nb, at * blocks.nb[1]);
  }

  #set(tensor: Tensor, data: Float32Array, at: number): void {
    this.#devices.runtime.c.ggml_backend_tensor_set(tensor.pointer, data, at * bytes, data.byteLength);
  }

  #get(tensor: Tensor, into: Float32Array, at: number): void {
    this.#devices.runtime.c.ggml_backend_tensor_get(tensor.pointer, into, at * bytes, into.byteLength);
  }

  *#blocks(): Generator<Block> {
    for (let at = 0; at < this.n; at += block) yield { at, width: Math.min(block, this.n - at) };
  }

  [Symbol.dispose](): void {
    this.#buffer.dispose();
    this.#graph.dispose();
  }
}

interface Block {
  readonly at: number;
  readonly width: number;
}

interface Rectangle {
  readonly row: number;
  readonly rows: number;
  readonly column: number;
  readonly columns: number;
}

/** Where row i of a packed triangle begins. */
const start = (i: number): number => (i * (i + 1)) / 2;

/** Some columns of each of the vectors. */
function part(graph: Graph, x: Tensor, { column, columns }: Pick<Rectangle, 'column' | 'columns'>): Tensor {
  return graph.view(x, [columns, x.ne[1], 1, 1], x.nb, column * x.nb[0]);
}

/** Triangular systems with as many right-hand sides as it was made for, by one graph that is run again and again. */
export class FactorSolver implements Disposable {
  readonly columns: number;
  readonly #devices: Devices;
  readonly #graph: Graph;
  readonly #inputs: Graph;
  readonly #x: Tensor;
  readonly #buffer: TensorBuffer;
  readonly #computation: Computation;

  constructor(devices: Devices, n: number, columns: number, build: (graph: Graph, x: Tensor) => Tensor[]) {
    const room = 32 * Math.ceil(n / block) + 32;
    this.columns = columns;
    this.#devices = devices;
    this.#inputs = new Graph(devices.runtime, 1);
    this.#x = this.#inputs.tensor(f32, n, columns);
    this.#buffer = devices.allocate(this.#inputs);
    this.#graph = new Graph(devices.runtime, room);
    this.#computation = new Computation(devices, this.#graph, build(this.#graph, this.#x), room);
  }

  /** Solves in place. @param vectors shape [columns or fewer][n], one after the other */
  async solve(vectors: Float32Array, signal?: AbortSignal): Promise<void> {
    const { c } = this.#devices.runtime;
    c.ggml_backend_tensor_set(this.#x.pointer, vectors, 0, vectors.byteLength);
    await this.#computation.run(signal);
    c.ggml_backend_tensor_get(this.#x.pointer, vectors, 0, vectors.byteLength);
  }

  [Symbol.dispose](): void {
    this.#computation.dispose();
    this.#graph.dispose();
    this.#buffer.dispose();
    this.#inputs.dispose();
  }
}
