import { EngineError } from '../errors.ts';
import { allFinite } from '../weights/finite.ts';

/** Exponents of two: the usual scale, and by how much it changes at once and at most in either direction. */
const usual = 12;
const step = 4;
const highest = 12;
const lowest = -24;

/**
 * Loss scaling as in mixed-precision training (Micikevicius et al. 2018): products with quantized weights store the
 * gradient in blocks with fp16 scales, where what is below 8e-6 becomes zero and what is above 8e6 infinite. So
 * d loss / d logits is multiplied with a power of two, which is divided out of the gradients without rounding: with
 * 2^12 over the largest weight of a row of logits, more where every gradient is zero, less where one is not finite.
 */
export class LossScale {
  readonly #first: number;
  #shift = 0;
  #overflowed = false;

  /** @param weights of the rows of logits in the loss */
  constructor(weights: readonly number[]) {
    const largest = Math.max(...weights);
    this.#first = usual - (largest > 0 ? Math.ceil(Math.log2(largest)) : 0);
  }

  get value(): number {
    return 2 ** (this.#first + this.#shift);
  }

  /**
   * The gradients that `compute` gives with the loss at a scale, which is divided out again; computed once more where the
   * scale has to change.
   */
  async settle(compute: (scale: number) => Promise<Float32Array[]>): Promise<Float32Array[]> {
    for (;;) {
      const scale = this.value;
      const scaled = await compute(scale);
      if (!this.adjust(scaled)) return scaled.map((gradient) => gradient.map((value) => value / scale));
    }
  }

  /**
   * Changes the scale where the gradients that it gave do not stand.
   *
   * @returns whether the gradients have to be computed again
   * @throws EngineError when they are not finite at any scale
   */
  adjust(gradients: readonly Float32Array[]): boolean {
    if (!gradients.every(allFinite)) {
      if (this.#shift <= lowest) {
        throw new EngineError(
          'The gradient is not finite (NaN or infinity); this model cannot be edited safely.',
        );
      }
      this.#shift -= step;
      this.#overflowed = true;
      return true;
    }
    // a scale that overflowed once is not tried again: that would go in circles
    const vanished = gradients.every((gradient) => gradient.every((value) => value === 0));
    if (!vanished || this.#overflowed || this.#shift >= highest) return false;
    this.#shift += step;
    return true;
  }
}
