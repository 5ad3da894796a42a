import koffi from 'koffi';
import type { Functions } from './functions.ts';
import type { Pointer } from './library.ts';
import { evalCallback } from './structs.ts';
import { elements, readFirstSource, readTensor, readTensorName, type TensorStruct } from './tensor.ts';

/** A node of the graph while llama.cpp computes it; valid only inside the visitor's call. */
export class TappedNode {
  /** Place in the order of computation, from 0 for each decode. */
  readonly index: number;
  readonly pointer: Pointer;
  readonly #c: Functions;
  #struct: TensorStruct | undefined;

  constructor(c: Functions, pointer: Pointer, index: number) {
    this.#c = c;
    this.pointer = pointer;
    this.index = index;
  }

  /** llama.cpp's name, e.g. `l_out-7`. */
  get name(): string {
    return this.#struct?.name ?? readTensorName(this.#c, this.pointer);
  }

  get struct(): TensorStruct {
    this.#struct ??= readTensor(this.#c, this.pointer);
    return this.#struct;
  }

  /** The node that this one reads first, e.g. the weight of a product; cheap enough to ask for every node. */
  get firstSource(): Pointer {
    return this.#struct?.src[0] ?? readFirstSource(this.#c, this.pointer);
  }

  /** A source of this node, still in memory while this node is visited. */
  source(index: number): TappedNode {
    const pointer = this.struct.src[index];
    if (pointer === undefined || pointer === 0n) throw new Error(`${this.name} has no source ${index}`);
    return new TappedNode(this.#c, pointer, this.index);
  }

  /** The values of a contiguous F32 node, all or `count` from element `start` on. */
  read(start = 0, count = elements(this.struct.ne) - start): Float32Array {
    const values = new Float32Array(count);
    this.#c.ggml_backend_tensor_get(this.pointer, values, start * 4, values.byteLength);
    return values;
  }

  /** Replaces values; the rest of the pass sees the new ones. */
  write(values: Float32Array, start = 0): void {
    this.#c.ggml_backend_tensor_set(this.pointer, values, start * 4, values.byteLength);
  }
}

export interface NodeVisitor {
  /** Before the node is computed: is its value wanted? Must be cheap, it is asked for every node. */
  wants(node: TappedNode): boolean;
  /** After a wanted node is computed. Returning false stops the pass here. */
  // biome-ignore lint/suspicious/noConfusingVoidType: nothing to return is the common case
  visit(node: TappedNode): boolean | void;
}

/** llama.cpp's `cb_eval` as a visitor: the instrument that reads and writes every tensor of a pass. */
export class NodeTap {
  readonly callback: Pointer;
  visitor: NodeVisitor | undefined;
  #index = -1;
  #failure: { error: unknown } | undefined;

  constructor(c: Functions) {
    this.callback = koffi.register((pointer: Pointer, ask: boolean) => {
      // An exception must not cross native frames: it is kept and thrown after the decode.
      try {
        if (ask) this.#index++;
        if (this.visitor === undefined || this.#failure !== undefined) return false;
        const node = new TappedNode(c, pointer, this.#index);
        return ask ? this.visitor.wants(node) : this.visitor.visit(node) !== false;
      } catch (error) {
        this.#failure = { error };
        return false;
      }
    }, evalCallback);
  }

  /** Lets `visitor` see the decodes that `work` makes. */
  async during<T>(visitor: NodeVisitor, work: () => Promise<T>): Promise<T> {
    this.visitor = visitor;
    this.#index = -1;
    try {
      return await work();
    } finally {
      this.visitor = undefined;
    }
  }

  rethrow(): void {
    this.#index = -1;
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.error;
  }

  dispose(): void {
    koffi.unregister(this.callback);
  }
}
