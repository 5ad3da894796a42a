import { CancelledError, InputError } from '../errors.ts';
import type { ByteSource } from '../files/source.ts';
import type { Work } from '../work/progress.ts';

/**
 * One positioned read: the first is small, since most parts of a split model have short headers and may be far away, and
 * each that follows twice as long, so that a vocabulary takes a few.
 */
const FIRST_CHUNK = 1 << 16;
const LARGEST_CHUNK = 1 << 20;

/** What a header may keep in memory: strings, keys, tensor names and the heads of arrays, in bytes as stored. */
const RETAINED = 16 << 20;

/** What one key or tensor costs in JavaScript besides its name, in bytes. */
export const ENTRY_BYTES = 256;

/**
 * Reads little-endian values one after another, a chunk at a time. Whatever a header claims, a cursor never
 * reads past the end of the source and never keeps more than its budget.
 */
export class Cursor {
  readonly source: ByteSource;
  /** In bytes from the beginning of the source. */
  position: number;
  readonly #work: Work;
  #chunk: DataView = new DataView(new ArrayBuffer(0));
  #chunkAt = 0;
  #next = FIRST_CHUNK;
  #retained = 0;

  constructor(source: ByteSource, position: number, work: Work = {}) {
    this.source = source;
    this.position = position;
    this.#work = work;
  }

  get remaining(): number {
    return this.source.size - this.position;
  }

  /** Counts what the caller is about to keep. */
  retain(bytes: number): void {
    this.#retained += bytes;
    if (this.#retained > RETAINED) {
      throw new InputError(
        `${this.source.name} has a header that would take more than ${RETAINED >> 20} MB of memory.`,
      );
    }
  }

  /** A view of the next `length` bytes, which are then behind the cursor; valid until the next call. */
  async take(length: number, what: string): Promise<DataView> {
    const chunk = this.#inHand(length) ?? (await this.#refill(length, what));
    const view = new DataView(chunk.buffer, chunk.byteOffset + this.position - this.#chunkAt, length);
    this.position += length;
    return view;
  }

  /** Passes over bytes without reading them. */
  skip(length: number, what: string): void {
    if (length > this.remaining) throw this.truncated(what);
    this.position += length;
  }

  async uint32(what: string): Promise<number> {
    return (await this.take(4, what)).getUint32(0, true);
  }

  /** A 64-bit count, offset or length. What no file can hold is refused here, so that sums stay exact. */
  async count(what: string): Promise<number> {
    const value = (await this.take(8, what)).getBigUint64(0, true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw new InputError(`${this.source.name} is damaged: ${what} is given as ${value}.`);
    }
    return Number(value);
  }

  /** A string with its 64-bit length. Bytes that are not UTF-8 become U+FFFD. */
  async string(what: string, longest = RETAINED): Promise<string> {
    const length = await this.count(`the length of ${what}`);
    if (length > longest) {
      throw new InputError(`${this.source.name} is damaged: ${what} claims a length of ${length} bytes.`);
    }
    return await this.text(length, what);
  }

  /** `length` bytes of UTF-8, whose length was read before. */
  async text(length: number, what: string): Promise<string> {
    if (length > this.remaining) throw this.truncated(what);
    this.retain(length);
    return UTF8.decode(await this.take(length, what));
  }

  /** Passes over `count` strings; only their lengths are looked at. */
  async skipStrings(count: number, what: string): Promise<void> {
    for (let left = count; left > 0; left--) {
      const chunk = this.#inHand(8) ?? (await this.#refill(8, what));
      const at = this.position - this.#chunkAt;
      const length = chunk.getUint32(at, true) + chunk.getUint32(at + 4, true) * 2 ** 32;
      this.position += 8;
      this.skip(length, what);
    }
  }

  /** Shows each of `count` strings to `visit`, which must not keep the bytes. One has 16 MB at most. */
  async eachString(
    count: number,
    what: string,
    visit: (bytes: Uint8Array, index: number) => void,
  ): Promise<void> {
    for (let index = 0; index < count; index++) {
      const length = this.#lengthInHand() ?? (await this.count(`the length of ${what}`));
      if (length > RETAINED) {
        throw new InputError(`${this.source.name} is damaged: ${what} claims a length of ${length} bytes.`);
      }
      const chunk = this.#inHand(length) ?? (await this.#refill(length, what));
      visit(new Uint8Array(chunk.buffer, chunk.byteOffset + this.position - this.#chunkAt, length), index);
      this.position += length;
    }
  }

  truncated(what: string): InputError {
    return new InputError(
      `${this.source.name} is truncated: ${what} reaches beyond the end of the file (${this.source.size} bytes).`,
    );
  }

  #lengthInHand(): number | undefined {
    const chunk = this.#inHand(8);
    if (chunk === undefined) return undefined;
    const at = this.position - this.#chunkAt;
    this.position += 8;
    return chunk.getUint32(at, true) + chunk.getUint32(at + 4, true) * 2 ** 32;
  }

  #inHand(length: number): DataView | undefined {
    const at = this.position - this.#chunkAt;
    return at >= 0 && at + length <= this.#chunk.byteLength ? this.#chunk : undefined;
  }

  async #refill(length: number, what: string): Promise<DataView> {
    if (this.#work.signal?.aborted) throw new CancelledError('Reading the header');
    if (length > this.remaining) throw this.truncated(what);
    const bytes = await this.source.read(
      this.position,
      Math.min(Math.max(length, this.#next), this.remaining),
    );
    this.#next = Math.min(2 * this.#next, LARGEST_CHUNK);
    if (bytes.byteLength < length) throw this.truncated(what);
    this.#chunk = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#chunkAt = this.position;
    return this.#chunk;
  }
}

const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });
