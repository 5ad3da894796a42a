import { f32, type Tensor } from '../llama/graph.ts';
import { Computation, type Devices } from '../llama/scheduler.ts';
import type { Work } from '../work/progress.ts';
import { backward, weightsOnTheWay } from './backward.ts';
import type { GraphTrace, TracedNode } from './graphTrace.ts';
import { lossGradient, type Supervision, smallest } from './loss.ts';
import { LossScale } from './lossScale.ts';
import { type Factoring, type Factors, Twin } from './twin.ts';
import type { TransposedWeights } from './weights.ts';

/** A and B of one weight's change BA, by rows: shapes [rank x input width] and [output width x rank]. */
export interface FactorValues {
  readonly a: Float32Array;
  readonly b: Float32Array;
}

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
  readonly #scaleInput: Tensor;
  readonly #scale: LossScale;
  readonly #factorGradients: ReadonlyMap<string, Factors>;

  private constructor(
    twin: Twin,
    computation: Computation,
    supervision: readonly Supervision[],
    columns: readonly number[],
    heads: {
      probabilities: Tensor;
      divergence: Tensor | undefined;
      scale: Tensor;
      gradients: ReturnType<typeof backward>;
    },
  ) {
    this.#twin = twin;
    this.#computation = computation;
    this.#supervision = supervision;
    this.#columns = columns;
    [this.width, this.#tokens] = twin.delta.ne;
    this.#vocabulary = twin.logits.ne[0];
    this.#probabilities = heads.probabilities;
    this.#divergence = heads.divergence;
    this.#scaleInput = heads.scale;
    this.#scale = new LossScale(supervision.map(({ weight }) => weight));
    this.#gradient = heads.gradients.delta;
    this.#factorGradients = heads.gradients.factors;
  }

  /**
   * @param logits llama.cpp's own logits of the traced pass, all rows. Shape [rows x vocabulary].
   * @param columns the lookup tokens: columns of the edited node
   * @param factoring weights that get low-rank factors, for `evaluateFactors`
   * @throws EngineError when the twin does not reproduce `logits` bit for bit, and the edit must not go on
   */
  static async create(
    devices: Devices,
    weights: TransposedWeights,
    trace: GraphTrace,
    site: TracedNode,
    supervision: readonly Supervision[],
    columns: readonly number[],
    logits: Float32Array,
    work: Work = {},
    factoring?: Factoring,
  ): Promise<EditObjective> {
    const room = 8 * trace.nodes.length + 512;
    const twin = new Twin(devices, trace, site, room, factoring);
    let computed: Computation | undefined;
    try {
      await weights.prepare(weightsOnTheWay(twin, weights), work);
      const loss = lossGradient(twin, supervision, logits);
      const scale = twin.input(f32, [1]);
      const gradients = backward(twin, twin.graph.mul(loss.seed, scale), weights);
      twin.allocate();
      const outputs = [
        twin.logits,
        loss.probabilities,
        ...(loss.divergence ? [loss.divergence] : []),
        gradients.delta,
        ...[...gradients.factors.values()].flatMap(({ a, b }) => [a, b]),
      ];
      computed = new Computation(devices, twin.graph, outputs, room);
      const objective = new EditObjective(twin, computed, supervision, columns, {
        ...loss,
        scale,
        gradients,
      });
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
    const [gradient] = await this.#gradients([this.#gradient], signal);
    if (gradient === undefined) throw new Error('one gradient was asked for');
    return { nll: this.#targets(), kl: this.#kept(), gradient };
  }

  /** Input and output width of every weight that has factors, by its name. */
  get factored(): ReadonlyMap<string, { readonly width: number; readonly height: number }> {
    return new Map(
      [...this.#twin.factors].map(([name, { a, b }]) => [name, { width: a.ne[0], height: b.ne[1] }]),
    );
  }

  /** The loss with the given factors of weights, delta = 0, and its gradients by those factors. */
  async evaluateFactors(
    values: ReadonlyMap<string, FactorValues>,
    signal?: AbortSignal,
  ): Promise<Omit<Evaluation, 'gradient'> & { readonly gradients: ReadonlyMap<string, FactorValues> }> {
    for (const [name, { a, b }] of this.#twin.factors) {
      const own = values.get(name);
      if (own === undefined) throw new Error(`no factors for ${name}`);
      this.#twin.set(a, own.a);
      this.#twin.set(b, own.b);
    }
    this.#twin.set(this.#twin.delta, new Float32Array(this.width * this.#tokens));
    const read = await this.#gradients(
      [...this.#factorGradients.values()].flatMap(({ a, b }) => [a, b]),
      signal,
    );
    const gradients = new Map(
      [...this.#factorGradients.keys()].map((name, index) => {
        const [a, b] = read.slice(2 * index, 2 * index + 2);
        if (a === undefined || b === undefined) throw new Error(`no gradients for ${name}`);
        return [name, { a, b }];
      }),
    );
    return { nll: this.#targets(), kl: this.#kept(), gradients };
  }

  /** Computes the graph, again where the scale of the loss has to change, and reads these of its gradients. */
  async #gradients(tensors: readonly Tensor[], signal: AbortSignal | undefined): Promise<Float32Array[]> {
    return await this.#scale.settle(async (scale) => {
      this.#twin.set(this.#scaleInput, Float32Array.of(scale));
      await this.#computation.run(signal);
      return tensors.map((tensor) => this.#twin.read(tensor, 0, tensor.ne[0] * tensor.ne[1]));
    });
  }

  async #verify(logits: Float32Array, signal: AbortSignal | undefined): Promise<void> {
    for (const factors of this.#twin.factors.values()) {
      for (const factor of [factors.a, factors.b])
        this.#twin.set(factor, new Float32Array(factor.ne[0] * factor.ne[1]));
    }
    this.#atZero = await this.evaluate(new Float64Array(this.width), signal);
    this.#twin.expectLogits(logits);
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
    return rows.reduce((sum, { weight }, row) => sum + weight * (divergence[row] as number), 0);
  }

  #sumOverColumns(all: Float32Array): Float64Array {
    const sum = new Float64Array(this.width);
    for (const column of this.#columns) {
      for (let i = 0; i < this.width; i++)
        sum[i] = (sum[i] as number) + (all[column * this.width + i] as number);
    }
    return sum;
  }

  [Symbol.dispose](): void {
    this.#computation.dispose();
    this.#twin[Symbol.dispose]();
  }
}
