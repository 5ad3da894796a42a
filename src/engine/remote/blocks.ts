import { at } from '../numeric/at.ts';

/** Which blocks of a file are there. */
export class Blocks {
  /** In bytes. */
  static readonly size = 1 << 16;
  /** Of the file, in bytes. */
  readonly bytes: number;
  readonly #have: Uint8Array;

  /** @param have a bit a block, the lowest first; none of them are there unless given */
  constructor(bytes: number, have?: Uint8Array) {
    this.bytes = bytes;
    const length = Math.ceil(this.count / 8);
    this.#have = new Uint8Array(length);
    if (have?.length === length) this.#have.set(have);
  }

  get count(): number {
    return Math.ceil(this.bytes / Blocks.size);
  }

  /** As it is kept. */
  get bits(): Uint8Array {
    return this.#have;
  }

  has(block: number): boolean {
    return ((at(this.#have, block >> 3) >> (block & 7)) & 1) === 1;
  }

  /** Notes the blocks that lie wholly between two places; the last one ends with the file. */
  add(from: number, to: number): void {
    const end = to >= this.bytes ? this.count : Math.floor(to / Blocks.size);
    for (let block = Math.ceil(from / Blocks.size); block < end; block++) {
      this.#have[block >> 3] = at(this.#have, block >> 3) | (1 << (block & 7));
    }
  }

  /** The first bytes of a stretch that are not there, in whole blocks, up to `until`; undefined where all are. */
  gap(from: number, to: number, until: number): { readonly from: number; readonly to: number } | undefined {
    const end = Math.ceil(Math.min(to, this.bytes) / Blocks.size);
    const reach = Math.ceil(Math.min(Math.max(to, until), this.bytes) / Blocks.size);
    let first = Math.floor(from / Blocks.size);
    while (first < end && this.has(first)) first++;
    if (first >= end) return undefined;
    let last = first;
    while (last < reach && !this.has(last)) last++;
    return { from: first * Blocks.size, to: Math.min(last * Blocks.size, this.bytes) };
  }

  /** Bytes that are not there. */
  missing(from: number, to: number): number {
    let sum = 0;
    const end = Math.ceil(Math.min(to, this.bytes) / Blocks.size);
    for (let block = Math.floor(from / Blocks.size); block < end; block++) {
      if (!this.has(block)) sum += Math.min(Blocks.size, this.bytes - block * Blocks.size);
    }
    return sum;
  }
}
