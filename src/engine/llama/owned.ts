import type { Pointer } from './library.ts';

/** A native object with one owner: freed once, by `dispose` or at the end of a `using` block, in any order. */
export abstract class Owned implements Disposable {
  #pointer: Pointer | undefined;
  readonly #free: (pointer: Pointer) => void;

  protected constructor(pointer: Pointer, free: (pointer: Pointer) => void) {
    this.#pointer = pointer;
    this.#free = free;
  }

  /** @throws Error after disposal: using a freed native object is a defect of the caller. */
  get pointer(): Pointer {
    if (this.#pointer === undefined) throw new Error(`${this.constructor.name} was used after it was freed`);
    return this.#pointer;
  }

  get disposed(): boolean {
    return this.#pointer === undefined;
  }

  dispose(): void {
    const pointer = this.#pointer;
    if (pointer === undefined) return;
    this.#pointer = undefined;
    this.#free(pointer);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
