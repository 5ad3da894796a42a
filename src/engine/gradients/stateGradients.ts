import { STREAMS, type Stream } from '../../protocol/streams.ts';
import { backward, weightsOnTheWay } from '../autodiff/backward.ts';
import type { GraphTrace } from '../autodiff/graphTrace.ts';
import { LossScale } from '../autodiff/lossScale.ts';
import { contiguous } from '../autodiff/rules/rule.ts';
import { MissingValueError, Twin } from '../autodiff/twin.ts';
import type { EditSession } from '../editing/session/session.ts';
import { type NodeRef, nodesIn, type ResidualMap } from '../inspection/residualMap.ts';
import { f32, type Tensor } from '../llama/graph.ts';
import { Computation } from '../llama/scheduler.ts';
import { at } from '../numeric/at.ts';
import type { Work } from '../work/progress.ts';
import { FullPass, type ReadSequences, type TracedPass } from './fullPass.ts';

/** What is asked: a token's logit or log-probability, after the last token of the pass or, summed, after each. */
export interface Asked {
  readonly token: number;
  readonly as: 'logit' | 'logP';
  readonly after: 'last' | 'all';
}

/** One layer's states of a stream. Shape [tokens][width], both. */
export interface States {
  readonly values: Float32Array;
  /** d what is asked / d value. */
  readonly gradient: Float32Array;
}

/** By stream, then by layer. */
export type AllStates = Readonly<Record<Stream, readonly States[]>>;

/** One state's node in the twin's graph. A stream may be the sum of several nodes in a layer. */
interface Place {
  readonly stream: Stream;
  readonly layer: number;
  readonly value: Tensor;
  readonly gradient: Tensor;
}

/**
 * Every state of the residual stream, and of what MLPs and attention add to it, with the gradient of a token's logit or
 * log-probability by it: one pass forward and one backward through the twin of llama.cpp's graph, rebuilt from the
 * embeddings on. What is added to the embeddings is an input.
 */
export class StateGradients implements Disposable {
  readonly width: number;
  readonly tokens: number;
  readonly layers: number;
  /** Of all tokens, as the pass looked them up. Shape [tokens][width]. */
  readonly embeddings: Float32Array;
  /** Its context holds the cache that the twin shares. */
  readonly #pass: FullPass;
  readonly #twin: Twin;
  readonly #computation: Computation;
  readonly #places: readonly Place[];
  readonly #inputs: { readonly oneHot: Tensor; readonly normed: Tensor; readonly scale: Tensor };
  readonly #probabilities: Tensor;
  readonly #scale = new LossScale([1]);

  private constructor(
    pass: FullPass,
    twin: Twin,
    computation: Computation,
    parts: {
      places: readonly Place[];
      inputs: { oneHot: Tensor; normed: Tensor; scale: Tensor };
      probabilities: Tensor;
      embeddings: Float32Array;
    },
  ) {
    this.#pass = pass;
    this.#twin = twin;
    this.#computation = computation;
    this.#places = parts.places;
    this.#inputs = parts.inputs;
    this.#probabilities = parts.probabilities;
    this.embeddings = parts.embeddings;
    [this.width, this.tokens] = twin.delta.ne;
    this.layers = Math.max(...parts.places.map(({ layer }) => layer)) + 1;
  }

  /**
   * @throws InputError for sequences that are too long or an operation without a gradient; EngineError when the twin does
   * not reproduce llama.cpp's logits bit for bit
   */
  static async of(session: EditSession, read: ReadSequences, work: Work = {}): Promise<StateGradients> {
    const pass = await FullPass.open(session, read);
    try {
      for (;;) {
        const traced = await pass.trace(work.signal);
        try {
          return await StateGradients.#build(session, pass, traced, work);
        } catch (error) {
          if (!(error instanceof MissingValueError) || pass.keeps(error.index)) throw error;
          pass.keep(error.index);
        }
      }
    } catch (error) {
      pass[Symbol.dispose]();
      throw error;
    }
  }

  static async #build(
    { devices, weights }: EditSession,
    pass: FullPass,
    { trace, site, logits }: TracedPass,
    work: Work,
  ): Promise<StateGradients> {
    const room = 12 * trace.nodes.length + 512;
    const twin = new Twin(devices, trace, site, room);
    let computed: Computation | undefined;
    try {
      await weights.prepare(weightsOnTheWay(twin, weights), work);
      const { graph } = twin;
      const [vocabulary, rows] = twin.logits.ne;
      const oneHot = twin.input(f32, [vocabulary, rows]);
      const normed = twin.input(f32, [1, rows]);
      const scale = twin.input(f32, [1]);
      const probabilities = graph.softMax(twin.logits);
      const seed = graph.sub(oneHot, graph.mul(probabilities, normed));
      const nodes = nodesOf(pass.map, trace, twin);
      const asked = nodes.map(({ value }) => value);
      const gradients = backward(twin, graph.mul(seed, scale), weights, asked).of;
      const places = nodes.map((node, index) => ({
        ...node,
        value: contiguous(graph, node.value),
        gradient: at(gradients, index),
      }));
      twin.allocate();
      const read = places.flatMap(({ value, gradient }) => [value, gradient]);
      computed = new Computation(devices, graph, [twin.logits, probabilities, ...read], room);
      const inputs = { oneHot, normed, scale };
      const embeddings = site.values ?? new Float32Array();
      const states = new StateGradients(pass, twin, computed, { places, inputs, probabilities, embeddings });
      await states.evaluate({ token: 0, as: 'logit', after: 'last' }, work);
      twin.expectLogits(logits);
      return states;
    } catch (error) {
      computed?.dispose();
      twin[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * @param added to the embeddings. Shape [tokens][width]; nothing without it
   * @returns the states, and the token's probability after the last token
   */
  async evaluate(
    { token, as, after }: Asked,
    { signal }: Work = {},
    added = new Float32Array(this.tokens * this.width),
  ): Promise<{ readonly states: AllStates; readonly probability: number }> {
    const twin = this.#twin;
    const [vocabulary, rows] = twin.logits.ne;
    const oneHot = new Float32Array(vocabulary * rows);
    const normed = new Float32Array(rows);
    for (let row = after === 'last' ? rows - 1 : 0; row < rows; row++) {
      oneHot[row * vocabulary + token] = 1;
      normed[row] = as === 'logP' ? 1 : 0;
    }
    twin.set(this.#inputs.oneHot, oneHot);
    twin.set(this.#inputs.normed, normed);
    twin.set(twin.delta, added);
    const gradients = await this.#scale.settle(async (scale) => {
      twin.set(this.#inputs.scale, Float32Array.of(scale));
      await this.#computation.run(signal);
      return this.#places.map(({ gradient }) => this.#read(gradient));
    });
    const [probability = Number.NaN] = twin.read(this.#probabilities, (rows - 1) * vocabulary + token, 1);
    return { states: this.#gathered(gradients), probability };
  }

  #read(tensor: Tensor): Float32Array {
    return this.#twin.read(tensor, 0, tensor.ne[0] * tensor.ne[1]);
  }

  /** The nodes of a stream in a layer all have the gradient of their sum. */
  #gathered(gradients: readonly Float32Array[]): AllStates {
    const all: Record<Stream, States[]> = { residual: [], mlp: [], attention: [] };
    for (const [index, { stream, layer, value }] of this.#places.entries()) {
      const known = all[stream][layer];
      const values = this.#read(value);
      for (const [i, x] of known?.values.entries() ?? []) values[i] = (values[i] as number) + x;
      const gradient = known?.gradient ?? gradients[index];
      if (gradient === undefined) throw new Error('a state without a gradient');
      all[stream][layer] = { values, gradient };
    }
    return all;
  }

  [Symbol.dispose](): void {
    this.#computation.dispose();
    this.#twin[Symbol.dispose]();
    this.#pass[Symbol.dispose]();
  }
}

/** The twin's tensors of every state, from the lowest layer up. */
function nodesOf(map: ResidualMap, trace: GraphTrace, twin: Twin): Omit<Place, 'gradient'>[] {
  const tensorOf = ({ index, name }: NodeRef) => {
    const node = at(trace.nodes, index);
    if (node.struct.name !== name) throw new Error(`the map expects ${name}, not ${node.struct.name}`);
    return twin.tensorOf(node);
  };
  return [...map.layers.entries()].flatMap(([layer, parts]) =>
    STREAMS.flatMap((stream) =>
      nodesIn(parts, stream).map((node) => ({ stream, layer, value: tensorOf(node) })),
    ),
  );
}
