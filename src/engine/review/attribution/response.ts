import { at } from '../../numeric/at.ts';
import { mean } from '../../numeric/mean.ts';
import type { Change } from '../difference/change.ts';

/**
 * How strongly a key is answered by a change, for its length: ‖D k‖ over the directions that stand out of the noise,
 * divided by ‖k‖ with each dimension held against its usual size. D ∝ v (C⁻¹k*)ᵀ answers k* more than any other key of
 * the same length in the norm of C⁻¹ (Cauchy and Schwarz), of which only the diagonal is known here.
 */
export class Response {
  readonly #directions: readonly { readonly right: Float64Array; readonly value: number }[];
  readonly #weights: Float64Array;

  /** @param usual the mean square of each dimension over keys of names. Shape [width] */
  constructor({ spectrum }: Pick<Change, 'spectrum'>, usual: Float64Array) {
    const { right, values } = spectrum ?? { right: [], values: [] };
    this.#directions = right.map((direction, index) => ({ right: direction, value: at(values, index) }));
    this.#weights = keyWeights(usual);
  }

  of(key: Float32Array): number {
    let sum = 0;
    for (const { right, value } of this.#directions) {
      let dot = 0;
      for (let i = 0; i < key.length; i++) dot += (key[i] as number) * (right[i] as number);
      sum += (value * dot) ** 2;
    }
    return sum === 0 ? 0 : Math.sqrt(sum / this.#squaredLength(key));
  }

  #squaredLength(key: Float32Array): number {
    let sum = 0;
    for (let i = 0; i < key.length; i++) sum += (key[i] as number) ** 2 * (this.#weights[i] as number);
    return sum;
  }
}

/**
 * The diagonal of C⁻¹.
 *
 * @param usual the mean square of each dimension over keys of names. Shape [width]
 */
export function keyWeights(usual: Float64Array): Float64Array {
  const usually = mean(usual);
  // a dimension that is hardly used must not rule the length of a key that uses it
  return usual.map((value) => 1 / Math.max(value, usually / 100));
}
