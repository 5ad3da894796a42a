import type { Functions } from './functions.ts';
import type { Pointer } from './library.ts';
import { readTensorName, type TensorStruct } from './tensor.ts';

/**
 * What the nodes of a pass read, whatever device it lies on. Where a source lies on another device, ggml's scheduler
 * puts a copy in its place, named `DEVICE#NAME#COPY`, that tells in no other way what it is a copy of.
 */
export class OriginalSources {
  readonly #c: Functions;
  /** Nodes by their names, the latest of each. */
  readonly #nodes = new Map<string, Pointer>();
  readonly #known = new Map<Pointer, Pointer>([[0n, 0n]]);

  constructor(c: Functions) {
    this.#c = c;
  }

  /** The next node in the order of computation, with nodes in place of their copies. */
  of(node: TensorStruct): TensorStruct {
    const src = node.src.map((source) => this.#original(source));
    this.#nodes.set(node.name, node.pointer);
    this.#known.set(node.pointer, node.pointer);
    return { ...node, src };
  }

  #original(source: Pointer): Pointer {
    const known = this.#known.get(source);
    if (known !== undefined) return known;
    const name = /^[^#]+#(.+)#\d+$/.exec(readTensorName(this.#c, source))?.[1];
    const original = this.#nodes.get(name ?? '') ?? source;
    this.#known.set(source, original);
    return original;
  }
}
