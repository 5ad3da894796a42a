import type { Stream } from '../../protocol/streams.ts';
import { EngineError } from '../errors.ts';
import { downName, layerPrefix } from '../gguf/names.ts';
import { TokenBatch } from '../llama/batch.ts';
import type { Context } from '../llama/context.ts';
import type { Pointer } from '../llama/library.ts';
import type { TappedNode } from '../llama/nodeTap.ts';
import { OriginalSources } from '../llama/originalSources.ts';
import { readTensorName, type TensorStruct } from '../llama/tensor.ts';

/** A node of the graph: its place in the order of computation, and the name that it must have there. */
export interface NodeRef {
  readonly index: number;
  readonly name: string;
  /** The last place after which its value is still in memory: the next node may be computed over it. */
  readonly until: number;
}

/** Where one layer's parts are in the graph. A contribution may be the sum of several nodes; most are one. */
export interface LayerMap {
  readonly residual: NodeRef;
  readonly attention: readonly NodeRef[];
  readonly mlp: readonly NodeRef[];
  /** The input of `blk.N.ffn_down.weight`; undefined in a mixture of experts. */
  readonly neurons: NodeRef | undefined;
}

/** The nodes whose sum is a layer's state of a stream. */
export function nodesIn(parts: LayerMap, stream: Stream): readonly NodeRef[] {
  return stream === 'residual' ? [parts.residual] : parts[stream];
}

/** Where the residual stream runs through a model's graph, with the adapters that were on when it was mapped. */
export interface ResidualMap {
  readonly layers: readonly LayerMap[];
  /** What the final norm reads. */
  readonly final: NodeRef;
}

type Kind = 'stream' | 'attention' | 'mlp';
/** Stands for the weight in a product of two activations, which only attention makes. */
const activations = '(activations)';
type Graph = ReadonlyMap<Pointer, TensorStruct & { readonly index: number }>;

/**
 * Maps the residual stream by a decode of one token: llama.cpp's graph has the same nodes for every batch. It clears
 * the cache. A map holds as long as the same adapters are on.
 *
 * The stream is followed backwards from each layer's output through its additions: what is added to the layer's input
 * is a contribution, attention's or the MLP's by the weight that it comes from. So a contribution is what is really
 * added, after a post-norm where there is one, and parallel attention needs no rule of its own.
 *
 * @throws EngineError for a graph whose layers cannot be found.
 */
export async function mapResidualStream(context: Context): Promise<ResidualMap> {
  const { model, tap } = context;
  if (tap === undefined) throw new Error('the context is not tapped');
  const nodes = new Map<Pointer, TensorStruct & { index: number }>();
  const lifetimes = new Lifetimes();
  const sources = new OriginalSources(model.runtime.c);
  const collect = (node: TappedNode) => {
    nodes.set(node.pointer, { ...sources.of(node.struct), index: node.index });
    lifetimes.see(node);
    return false;
  };
  context.clear();
  const batch = new TokenBatch(TokenBatch.sequence([Math.max(0, model.tokenizer.bos)]));
  await tap.during({ wants: collect, visit: () => {} }, () => context.decode(batch));
  context.clear();
  return new Mapper(context, nodes, lifetimes).map();
}

class Mapper {
  readonly #context: Context;
  readonly #graph: Graph;
  readonly #inOrder: readonly (TensorStruct & { readonly index: number })[];
  readonly #lifetimes: Lifetimes;

  constructor(context: Context, graph: Graph, lifetimes: Lifetimes) {
    this.#context = context;
    this.#graph = graph;
    this.#inOrder = [...graph.values()];
    this.#lifetimes = lifetimes;
  }

  map(): ResidualMap {
    const layers: LayerMap[] = [];
    let input: Pointer | undefined;
    for (let layer = 0; layer < this.#context.model.layers; layer++) {
      const residual = this.#layerOutput(layer);
      const parts = this.#split(residual.pointer, input, layer);
      layers.push({ residual: this.#refTo(residual), ...parts, neurons: this.#neurons(layer) });
      input = residual.pointer;
    }
    return { layers, final: this.#finalInput() };
  }

  /** llama.cpp names it `l_out-N`; elsewhere it is the last node of the layer as wide as the stream. */
  #layerOutput(layer: number) {
    const { model } = this.#context;
    const wide = this.#inOrder.filter(
      ({ ne, name }) => ne[0] === model.embedding && name.endsWith(`-${layer}`),
    );
    const found = wide.findLast(({ name }) => name === `l_out-${layer}`) ?? wide.at(-1);
    if (found === undefined) {
      throw new EngineError(`The graph of ${model.path} has no layer ${layer} that can be read.`);
    }
    return found;
  }

  /** The contributions among the terms that make up a layer's output: the largest sums that are of one kind. */
  #split(output: Pointer, input: Pointer | undefined, layer: number): Pick<LayerMap, 'attention' | 'mlp'> {
    const found = { attention: [] as NodeRef[], mlp: [] as NodeRef[] };
    const visit = (pointer: Pointer): void => {
      const node = this.#graph.get(pointer);
      const [kind, ...others] = new Set(this.#kinds(pointer, input, layer));
      if (node === undefined || kind === undefined) return;
      if (others.length > 0) for (const term of this.#terms(node)) visit(term);
      else if (kind !== 'stream') found[kind].push(this.#refTo(node));
    };
    visit(output);
    return found;
  }

  /** What a value is made of: the stream that enters the layer, and what attention or the MLP adds to it. */
  #kinds(pointer: Pointer, input: Pointer | undefined, layer: number): Kind[] {
    const node = this.#graph.get(pointer);
    if (pointer === input || node === undefined) return ['stream'];
    const weight = this.#weight(node);
    if (weight === undefined) return this.#terms(node).flatMap((term) => this.#kinds(term, input, layer));
    if (weight.startsWith(`${layerPrefix(layer)}ffn_`)) return ['mlp'];
    return weight === activations || weight.startsWith(layerPrefix(layer)) ? ['attention'] : ['stream'];
  }

  /** The terms of a sum; of any other node what it scales, norms or reshapes. */
  #terms({ op, src }: TensorStruct): Pointer[] {
    const [first = 0n, second = 0n] = src;
    const sum = this.#op(op) === 'ADD' && this.#graph.has(second);
    return sum ? [first, second] : [first];
  }

  /** The name of the weight that a product multiplies by; undefined for a node that is no product. */
  #weight({ op, src }: TensorStruct): string | undefined {
    if (!this.#op(op).startsWith('MUL_MAT')) return undefined;
    const [first = 0n] = src;
    return this.#graph.has(first) ? activations : this.#leaf(first);
  }

  #neurons(layer: number): NodeRef | undefined {
    const product = this.#inOrder.find((node) => this.#weight(node) === downName(layer));
    const input = this.#graph.get(product?.src[1] ?? 0n);
    return input && this.#refTo(input);
  }

  /** The last norm of the graph is the one before the unembedding. */
  #finalInput(): NodeRef {
    const norm = this.#inOrder.findLast(({ op }) => ['RMS_NORM', 'NORM'].includes(this.#op(op)));
    const input = this.#graph.get(norm?.src[0] ?? 0n);
    if (input === undefined) {
      throw new EngineError(`The graph of ${this.#context.model.path} has no final norm that can be read.`);
    }
    return this.#refTo(input);
  }

  #refTo({ index, name, pointer }: TensorStruct & { readonly index: number }): NodeRef {
    return { index, name, until: Math.max(index, this.#lifetimes.end(pointer) ?? index) };
  }

  #op(op: number): string {
    return this.#context.model.runtime.c.ggml_op_name(op);
  }

  #leaf(pointer: Pointer): string {
    return readTensorName(this.#context.model.runtime.c, pointer);
  }
}

/**
 * How long each value stays in memory: until the last node that reads it, which may be computed in its place, or the
 * first that shares its memory and may write there. What reads a copy on another device does not keep it.
 */
class Lifetimes {
  readonly #until = new Map<Pointer, number>();
  readonly #shared = new Set<Pointer>();

  /** The next node in the order of computation. */
  see({ struct: { src, viewSrc }, index }: TappedNode): void {
    for (const source of src) if (!this.#shared.has(source)) this.#until.set(source, index - 1);
    if (viewSrc !== 0n) this.#shared.add(viewSrc);
  }

  /** The place of the last node after which a value is still there; undefined where nothing reads it. */
  end(pointer: Pointer): number | undefined {
    return this.#until.get(pointer);
  }
}
