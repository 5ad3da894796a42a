import { EngineError } from '../errors.ts';
import { f32, type Tensor } from '../llama/graph.ts';
import { Computation, type Devices } from '../llama/scheduler.ts';
import type { Work } from '../progress.ts';
import { backward, weightsOnTheWay } from './backward.ts';
import type { Trace, TracedNode } from './trace.ts';
import { Twin } from './twin.ts';
import type { TransposedWeights } from './weights.ts';

/** What one row of the logits is held to. Target rows come first, then the rows to keep. */
export type Supervision =
  /** weight x -log p(token) */
  | { readonly kind: 'target'; readonly token: number; readonly weight: number }
  /** weight x KL(now || before the edit) */
  | { readonly kind: 'keep'; readonly weight: number };

export interface Evaluation {
  /** Weighted negative log-likelihood of the targets, in nats. */
  readonly nll: number;
  /** Weighted KL(now || before) of the kept rows, in nats. */
  readonly kl: number;
  /** d (nll + kl) / d delta. Shape [width]. */
  readonly gradient: Float64Array;
}

/**
 * The loss of an edit as a function of one vector delta, added to the output of the edited node at the lookup tokens:
 * the twin's forward pass, the loss and its gradient as one graph, computed again for every delta.
 */
export class EditObjective implements Disposable {
  readonly width: number;
  #atZero: Evaluation | undefined;
  readonly #twin: Twin;
  readonly #computation: Computation;
  readonly #supervision: readonly Supervision[];
  readonly #columns: readonly number[];
  readonly #tokens: number;
  readonly #vocabulary: number;
  readonly #probabilities: Tensor;
  readonly #divergence: Tensor | undefined;
  readonly #gradient: Tensor;

  private constructor(
    twin: Twin,
    computation: Computation,
    supervision: readonly Supervision[],
    columns: readonly number[],
    heads: { probabilities: Tensor; divergence: Tensor | undefined; gradient: Tensor },
  ) {
    this.#twin = twin;
    this.#computation = computation;
    this.#supervision = supervision;
    this.#columns = columns;
    [this.width, this.#tokens] = twin.delta.ne;
    this.#vocabulary = twin.logits.ne[0];
    this.#probabilities = heads.probabilities;
    this.#divergence = heads.divergence;
    this.#gradient = heads.gradient;
  }

  /**
   * @param logits llama.cpp's own logits of the traced pass, all rows. Shape [rows x vocabulary].
   * @param columns the lookup tokens: columns of the edited node
   * @throws EngineError when the twin does not reproduce `logits` bit for bit, and the edit must not go on
   */
  static async create(
    devices: Devices,
    weights: TransposedWeights,
    trace: Trace,
    site: TracedNode,
    supervision: readonly Supervision[],
    columns: readonly number[],
    logits: Float32Array,
    work: Work = {},
  ): Promise<EditObjective> {
    const room = 8 * trace.nodes.length + 512;
    const twin = new Twin(devices, trace, site, room);
    let computed: Computation | undefined;
    try {
      await weights.prepare(weightsOnTheWay(twin, weights), work);
      const loss = lossGradient(twin, supervision, logits);
      const gradient = backward(twin, loss.seed, weights);
      twin.allocate();
      const outputs = [
        twin.logits,
        loss.probabilities,
        ...(loss.divergence ? [loss.divergence] : []),
        gradient,
      ];
      computed = new Computation(devices, twin.graph, outputs, room);
      const objective = new EditObjective(twin, computed, supervision, columns, { ...loss, gradient });
      await objective.#verify(logits, work.signal);
      return objective;
    } catch (error) {
      computed?.dispose();
      twin[Symbol.dispose]();
      throw error;
    }
  }

  /** The evaluation at delta = 0, which the comparison of the logits has made already. */
  get atZero(): Evaluation {
    if (this.#atZero === undefined) throw new Error('the objective was not verified');
    return this.#atZero;
  }

  /** @param delta Shape [width]. */
  async evaluate(delta: Float64Array, signal?: AbortSignal): Promise<Evaluation> {
    const scattered = new Float32Array(this.width * this.#tokens);
    for (const column of this.#columns) scattered.set(delta, column * this.width);
    const { gradient, ...loss } = await this.evaluateEach(scattered, signal);
    return { ...loss, gradient: this.#sumOverColumns(gradient) };
  }

  /**
   * The same with a delta of its own for each token of the edited node, lookup token or not.
   *
   * @param deltas Shape [tokens x width], as is the gradient.
   */
  async evaluateEach(
    deltas: Float32Array,
    signal?: AbortSignal,
  ): Promise<Omit<Evaluation, 'gradient'> & { readonly gradient: Float32Array }> {
    this.#twin.set(this.#twin.delta, deltas);
    await this.#computation.run(signal);
    const gradient = this.#twin.read(this.#gradient, 0, this.width * this.#tokens);
    return { nll: this.#targets(), kl: this.#kept(), gradient };
  }

  async #verify(logits: Float32Array, signal: AbortSignal | undefined): Promise<void> {
    this.#atZero = await this.evaluate(new Float64Array(this.width), signal);
    const own = this.#twin.read(this.#twin.logits, 0, logits.length);
    const differs = own.findIndex((value, index) => value !== logits[index]);
    if (differs >= 0) {
      throw new EngineError(
        `The gradient's copy of the model gives other logits than llama.cpp (${own[differs]} instead of ${logits[differs]}); this model cannot be edited safely.`,
      );
    }
  }

  #targets(): number {
    const targets = this.#supervision.filter((row) => row.kind === 'target');
    return targets.reduce((sum, { token, weight }, row) => {
      const [p = Number.NaN] = this.#twin.read(this.#probabilities, row * this.#vocabulary + token, 1);
      return sum - weight * Math.log(Math.max(p, smallest));
    }, 0);
  }

  #kept(): number {
    if (this.#divergence === undefined) return 0;
    const rows = this.#supervision.filter((row) => row.kind === 'keep');
    const divergence = this.#twin.read(this.#divergence, 0, rows.length);
    return rows.reduce((sum, { weight }, row) => sum + weight * (divergence[row] ?? 0), 0);
  }

  #sumOverColumns(all: Float32Array): Float64Array {
    const sum = new Float64Array(this.width);
    for (const column of this.#columns) {
      for (let i = 0; i < this.width; i++) sum[i] = (sum[i] ?? 0) + (all[column * this.width + i] ?? 0);
    }
    return sum;
  }

  [Symbol.dispose](): void {
    this.#computation.dispose();
    this.#twin[Symbol.dispose]();
  }
}

/** Below this a probability counts as this: its logarithm stays finite. */
const smallest = 1e-30;

/**
 * d loss / d logits. For a target row weight (p - onehot); for a kept row, with KL(p || q) = sum p (log p - log q),
 * weight p (log p - log q - KL).
 */
function lossGradient(twin: Twin, supervision: readonly Supervision[], logits: Float32Array) {
  const { graph } = twin;
  const [vocabulary, rows] = twin.logits.ne;
  if (rows !== supervision.length)
    throw new Error(`${rows} rows of logits for ${supervision.length} supervisions`);
  const targets = supervision.filter((row) => row.kind === 'target');
  const kept = supervision.filter((row) => row.kind === 'keep');
  const probabilities = graph.softMax(twin.logits);
  const part = (first: number, count: number) =>
    graph.view(probabilities, [vocabulary, count, 1, 1], probabilities.nb, first * probabilities.nb[1]);

  const oneHot = new Float32Array(vocabulary * targets.length);
  for (const [row, { token }] of targets.entries()) oneHot[row * vocabulary + token] = 1;
  const difference = graph.sub(
    part(0, targets.length),
    twin.input(f32, [vocabulary, targets.length], oneHot),
  );
  const targetSeed = graph.mul(difference, rowWeights(twin, targets));
  if (kept.length === 0) return { probabilities, divergence: undefined, seed: targetSeed };

  const before = logSoftmax(logits.subarray(targets.length * vocabulary), vocabulary);
  const now = part(targets.length, kept.length);
  const logRatio = graph.sub(
    graph.log(graph.clamp(now, smallest, 1)),
    twin.input(f32, [vocabulary, kept.length], before),
  );
  const divergence = graph.sumRows(graph.mul(now, logRatio));
  const keepSeed = graph.mul(graph.mul(now, graph.sub(logRatio, divergence)), rowWeights(twin, kept));
  return { probabilities, divergence, seed: graph.concat(targetSeed, keepSeed, 1) };
}

function rowWeights(twin: Twin, rows: readonly Supervision[]): Tensor {
  return twin.input(
    f32,
    [1, rows.length],
    Float32Array.from(rows, ({ weight }) => weight),
  );
}

function logSoftmax(logits: Float32Array, vocabulary: number): Float32Array {
  const result = new Float32Array(logits.length);
  for (let start = 0; start < logits.length; start += vocabulary) {
    const row = logits.subarray(start, start + vocabulary);
    let max = Number.NEGATIVE_INFINITY;
    for (const x of row) if (x > max) max = x;
    let sum = 0;
    for (const x of row) sum += Math.exp(x - max);
    const normaliser = max + Math.log(sum);
    const floor = Math.log(smallest);
    for (let i = 0; i < vocabulary; i++) result[start + i] = Math.max((row[i] ?? 0) - normaliser, floor);
  }
  return result;
}
