import type { Change } from '../change.ts';

/** How strongly a key is answered by a change: ‖D k‖ over the directions that stand out of the noise. */
export class Response {
  readonly #directions: readonly { readonly right: Float64Array; readonly value: number }[];

  constructor({ spectrum }: Pick<Change, 'spectrum'>) {
    this.#directions = (spectrum?.right ?? []).map((right, index) => ({
      right,
      value: spectrum?.values[index] ?? 0,
    }));
  }

  of(key: Float32Array): number {
    let sum = 0;
    for (const { right, value } of this.#directions) {
      let dot = 0;
      for (let i = 0; i < key.length; i++) dot += (key[i] as number) * (right[i] as number);
      sum += (value * dot) ** 2;
    }
    return Math.sqrt(sum);
  }
}
