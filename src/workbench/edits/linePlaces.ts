import { at } from '../../engine/numeric/at.ts';

/** Where lines begin in a text, to find the line and the column of an offset without an open document. */
export class LinePlaces {
  readonly #starts: readonly number[];

  constructor(text: string) {
    this.#starts = [
      0,
      ...Array.from(text.matchAll(/\r\n|\r|\n/g), ({ 0: end, index }) => index + end.length),
    ];
  }

  /** Both from 0. */
  at(offset: number): { readonly line: number; readonly column: number } {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (at(this.#starts, middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, column: offset - at(this.#starts, low) };
  }
}
