import { EngineError, InputError } from '../errors.ts';
import type { Functions } from '../llama/functions.ts';
import { f32, Graph, i32, type Tensor } from '../llama/graph.ts';
import type { Pointer } from '../llama/library.ts';
import type { Devices, TensorBuffer } from '../llama/scheduler.ts';
import type { TensorStruct } from '../llama/tensor.ts';
import { type GraphTrace, type TracedNode, viewOps } from './graphTrace.ts';
import { add } from './rules/arithmetic.ts';
import { rules } from './rules/index.ts';
import { mulMat } from './rules/products.ts';
import type { Inputs, NodeInfo, Rule } from './rules/rule.ts';

/** One rebuilt node that depends on the edit, as the backward pass will need it. */
export interface TapeEntry extends NodeInfo {
  readonly rule: Rule;
  readonly inputs: Inputs;
  readonly output: Tensor;
  /** The traced leaves' names of the sources that are weights. */
  readonly weights: readonly (string | undefined)[];
}

/** Which weights get low-rank factors of their own, and of which rank. */
export interface Factoring {
  readonly rank: number;
  readonly weights: ReadonlySet<string>;
}

/** A and B of W + BA, inputs of the twin. */
export interface Factors {
  /** Shape [input width, rank], as ggml counts. */
  readonly a: Tensor;
  /** Shape [rank, output width]. */
  readonly b: Tensor;
}

const i64 = 27;

/**
 * The part of llama.cpp's graph that an edit can reach, rebuilt as a graph of our own: the same operations in the same
 * order on the same weights and cache (shared by pointer), what lies below as constants, and one new input, delta,
 * added to the output of the edited node. With delta = 0 its logits are llama.cpp's bit for bit. From the edited node on,
 * weights may be given low-rank factors, which are inputs as well; with B = 0 they change nothing.
 */
export class Twin implements Disposable {
  readonly graph: Graph;
  readonly tape: readonly TapeEntry[];
  /** [width, tokens], the shape of the edited node. */
  readonly delta: Tensor;
  readonly site: Tensor;
  readonly logits: Tensor;
  /** By the name of the weight; those of which the pass makes use. */
  readonly factors: ReadonlyMap<string, Factors>;
  readonly #constants: Graph;
  readonly #pending: { tensor: Tensor; data: NodeJS.TypedArray }[] = [];
  readonly #rows = new Map<Pointer, Tensor>();
  readonly #rebuilt: ReadonlyMap<Pointer, Tensor>;
  readonly #devices: Devices;
  #buffer: TensorBuffer | undefined;

  /** @param room how many tensors the twin and its gradient may have together */
  constructor(devices: Devices, trace: GraphTrace, site: TracedNode, room: number, factoring?: Factoring) {
    this.#devices = devices;
    this.graph = new Graph(devices.runtime, room);
    this.#constants = new Graph(devices.runtime, 4 * trace.leaves.size + 256);
    this.delta = this.input(f32, site.struct.ne);
    const builder = new Builder(this, trace, site, factoring);
    this.site = builder.site;
    this.tape = builder.build();
    this.logits = builder.last();
    this.factors = builder.factors;
    this.#rebuilt = builder.rebuilt;
  }

  /** The tensor of a node that depends on the edited one. */
  tensorOf({ struct }: TracedNode): Tensor {
    const tensor = this.#rebuilt.get(struct.pointer);
    if (tensor === undefined) throw new Error(`${struct.name} does not depend on the edited node`);
    return tensor;
  }

  /** A constant or an input: filled once with `data`, or later through `set`. */
  input(type: number, ne: readonly number[], data?: NodeJS.TypedArray): Tensor {
    const tensor = this.#constants.tensor(type, ...ne);
    if (data !== undefined) this.#pending.push({ tensor, data });
    return tensor;
  }

  /** Row numbers of 64 bits once more in 32, which ggml wants for reading rows. */
  rememberRows(pointer: Pointer, rows: BigInt64Array, ne: readonly number[]): void {
    this.#rows.set(pointer, this.input(i32, ne, Int32Array.from(rows, Number)));
  }

  rows(tensor: Tensor): Tensor {
    return this.#rows.get(tensor.pointer) ?? tensor;
  }

  /** Gives constants and inputs their memory. After this no input can be added. */
  allocate(): void {
    this.#buffer = this.#devices.allocate(this.#constants);
    for (const { tensor, data } of this.#pending) this.set(tensor, data);
  }

  set(tensor: Tensor, data: NodeJS.TypedArray): void {
    this.#c.ggml_backend_tensor_set(tensor.pointer, data, 0, data.byteLength);
  }

  /** @throws EngineError where the computed logits are not `logits` bit for bit, so that no gradient can be trusted */
  expectLogits(logits: Float32Array): void {
    const own = this.read(this.logits, 0, logits.length);
    const differs = own.findIndex((value, index) => value !== logits[index]);
    if (differs >= 0) {
      throw new EngineError(
        `The gradient's copy of the model gives other logits than llama.cpp (${own[differs]} instead of ${logits[differs]}); this model cannot be edited safely.`,
      );
    }
  }

  /** Values of a computed tensor, from element `start` on. */
  read(tensor: Tensor, start: number, count: number): Float32Array {
    const values = new Float32Array(count);
    this.#c.ggml_backend_tensor_get(tensor.pointer, values, 4 * start, values.byteLength);
    return values;
  }

  get #c(): Functions {
    return this.#devices.runtime.c;
  }

  [Symbol.dispose](): void {
    this.#buffer?.dispose();
    this.#constants.dispose();
    this.graph.dispose();
  }
}

/** Walks the trace from the edited node upwards and rebuilds what depends on it. */
class Builder {
  readonly site: Tensor;
  readonly #twin: Twin;
  readonly #trace: GraphTrace;
  readonly #siteIndex: number;
  readonly rebuilt = new Map<Pointer, Tensor>();
  readonly #dependent = new Set<Pointer>();
  readonly #lastWrite = new Map<Pointer, Tensor>();
  readonly factors = new Map<string, Factors>();
  readonly #factoring: Factoring | undefined;
  readonly #siteNode: TracedNode;
  #last: Tensor;

  constructor(twin: Twin, trace: GraphTrace, site: TracedNode, factoring: Factoring | undefined) {
    this.#twin = twin;
    this.#factoring = factoring;
    this.#siteNode = site;
    this.#trace = trace;
    this.#siteIndex = site.index;
    if (site.values === undefined) throw new Error('the trace did not keep the value of the edited node');
    this.site = twin.graph.add(twin.input(f32, site.struct.ne, site.values), twin.delta);
    this.rebuilt.set(site.struct.pointer, this.site);
    this.#dependent.add(site.struct.pointer);
    this.#last = this.site;
  }

  build(): TapeEntry[] {
    const site = this.#siteNode;
    const tape = this.#withFactors(site, this.site, () => this.#resolve(site.struct.src[1] ?? 0n));
    for (const node of this.#trace.nodes.slice(this.#siteIndex + 1)) {
      if (!node.struct.src.some((source) => this.#depends(source))) continue;
      const entry = this.#rebuild(node);
      tape.push(entry);
      this.#dependent.add(node.struct.pointer);
      this.#last = entry.output;
      tape.push(...this.#withFactors(node, entry.output, () => entry.inputs[1]));
    }
    return tape;
  }

  /** Adds B(Ax) to a product W x whose weight is to have factors; whatever reads the product reads the sum. */
  #withFactors({ op, struct }: TracedNode, product: Tensor, read: () => Tensor | undefined): TapeEntry[] {
    const name = this.#trace.leaves.get(struct.src[0] ?? 0n)?.struct.name;
    if (op !== 'MUL_MAT' || name === undefined || !this.#factoring?.weights.has(name)) return [];
    const x = read();
    if (x === undefined) throw new Error('a product without a second operand');
    const { graph } = this.#twin;
    const { rank } = this.#factoring;
    const a = this.#twin.input(f32, [x.ne[0], rank]);
    const b = this.#twin.input(f32, [rank, product.ne[0]]);
    this.factors.set(name, { a, b });
    const inner = graph.mulMat(a, x);
    const outer = graph.mulMat(b, inner);
    const sum = graph.add(product, outer);
    this.rebuilt.set(struct.pointer, sum);
    this.#last = sum;
    const info = { struct, sources: [], weights: [] };
    return [
      { ...info, rule: mulMat, inputs: [a, x], output: inner },
      { ...info, rule: mulMat, inputs: [b, inner], output: outer },
      { ...info, rule: add, inputs: [product, outer], output: sum },
    ];
  }

  last(): Tensor {
    return this.#last;
  }

  /** On the edited node itself, or through a cache that holds something that depends on it. */
  #depends(pointer: Pointer): boolean {
    return this.#dependent.has(pointer) || this.#lastWrite.has(pointer);
  }

  #rebuild(node: TracedNode): TapeEntry {
    const rule = ruleFor(node);
    const { struct } = node;
    const sources = struct.src.map((source) => this.#structOf(source));
    const inputs = struct.src.map((source) => (source === 0n ? undefined : this.#resolve(source)));
    const weights = struct.src.map((source) => {
      const leaf = this.#trace.leaves.get(source);
      return leaf?.kind === 'weight' ? leaf.struct.name : undefined;
    });
    const info = { struct, sources };
    const output = rule.forward(this.#twin.graph, inputs, info);
    this.rebuilt.set(struct.pointer, output);
    if (node.op === 'SET_ROWS') {
      // llama.cpp orders later reads of a cache after its writes only by their place in the list; the twin's readers
      // must read what was written
      this.#lastWrite.set(struct.viewSrc, output);
    }
    return { ...info, rule, inputs, output, weights };
  }

  #resolve(pointer: Pointer): Tensor {
    const known = this.#lastWrite.get(pointer) ?? this.rebuilt.get(pointer);
    if (known !== undefined) return known;
    const node = this.#trace.byPointer.get(pointer);
    const tensor = node === undefined ? this.#leaf(pointer) : this.#constant(node);
    this.rebuilt.set(pointer, tensor);
    return tensor;
  }

  #leaf(pointer: Pointer): Tensor {
    const leaf = this.#trace.leaves.get(pointer);
    if (leaf === undefined) throw new Error('a source of the traced graph is neither a node nor a leaf');
    if (leaf.kind !== 'input') return this.#twin.graph.borrow(pointer);
    const tensor = this.#twin.input(leaf.struct.type, leaf.struct.ne, leaf.data);
    if (leaf.struct.type === i64) {
      const rows = new BigInt64Array(leaf.data.buffer, leaf.data.byteOffset, leaf.data.byteLength / 8);
      this.#twin.rememberRows(tensor.pointer, rows, leaf.struct.ne);
    }
    return tensor;
  }

  /** A node below the edit that something above it reads: its kept value, or a view of what it views. */
  #constant(node: TracedNode): Tensor {
    if (viewOps.has(node.op)) return this.#rebuild(node).output;
    if (node.values === undefined) throw new MissingValueError(node);
    return this.#twin.input(f32, node.struct.ne, node.values);
  }

  #structOf(pointer: Pointer): TensorStruct | undefined {
    return this.#trace.byPointer.get(pointer)?.struct ?? this.#trace.leaves.get(pointer)?.struct;
  }
}

/** The twin needs the value of a node that the trace did not keep; trace again and keep it. */
export class MissingValueError extends Error {
  readonly index: number;
  constructor(node: TracedNode) {
    super(`the value of ${node.struct.name} was not kept`);
    this.index = node.index;
  }
}

function ruleFor(node: TracedNode): Rule {
  const rule = rules.get(node.op);
  if (rule === undefined) {
    throw new InputError(
      `This model computes ${node.op} (node ${node.struct.name}), which editing does not cover yet.`,
    );
  }
  return rule;
}
