import { bytes } from '../../text/numbers.ts';
import { InputError } from '../errors.ts';

/** Bytes that one command may download, unless told otherwise. */
export const usualDownload = 4e9;

/** What one command may move over the network, and what it did. */
export class Transfer {
  /** In bytes. */
  readonly limit: number;
  #moved = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** In bytes. */
  get moved(): number {
    return this.#moved;
  }

  add(count: number): void {
    this.#moved += count;
  }

  allows(count: number): boolean {
    return this.#moved + count <= this.limit;
  }

  /** @throws InputError where `count` bytes more are too many */
  expect(count: number, name: string): void {
    if (this.allows(count)) return;
    throw new InputError(
      `${name} is not read on: ${bytes(count)} more would have to be downloaded, ${bytes(this.#moved)} were, and ${bytes(this.limit)} are allowed; allow more with --download, in GB.`,
    );
  }
}
