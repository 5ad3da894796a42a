import { bytes } from '../../text/numbers.ts';
import { InputError } from '../errors.ts';

/** Bytes that one command may download, unless told otherwise. */
export const usualDownload = 4e9;

/** Bytes that are on the way: what of them has come counts as moved, the rest is kept free until this is disposed of. */
export interface Reservation extends Disposable {
  /** So many bytes more have come. */
  came(count: number): void;
}

/** What one command may move over the network, what it did, and what is on the way. */
export class Transfer {
  /** In bytes. */
  readonly limit: number;
  #moved = 0;
  #underWay = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** In bytes. */
  get moved(): number {
    return this.#moved;
  }

  allows(count: number): boolean {
    return this.#moved + this.#underWay + count <= this.limit;
  }

  /** @throws InputError where `count` bytes more are too many */
  expect(count: number, name: string): void {
    if (this.allows(count)) return;
    const underWay = this.#underWay === 0 ? '' : ` and ${bytes(this.#underWay)} are on the way`;
    throw new InputError(
      `${name} is not read on: ${bytes(count)} more would have to be downloaded, ${bytes(this.#moved)} were${underWay}, and ${bytes(this.limit)} are allowed; allow more with --download, in GB.`,
    );
  }

  /** Keeps `count` bytes free for a download that begins. @throws InputError where they are too many */
  reserve(count: number, name: string): Reservation {
    this.expect(count, name);
    let left = count;
    this.#underWay += count;
    const free = (some: number) => {
      left -= some;
      this.#underWay -= some;
    };
    return {
      came: (some) => {
        this.#moved += some;
        // bytes that come a second time, after a connection that broke, were not kept free
        free(Math.min(left, some));
      },
      [Symbol.dispose]: () => free(left),
    };
  }
}
