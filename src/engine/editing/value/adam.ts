const beta1 = 0.9;
const beta2 = 0.999;

/** Kingma & Ba 2015, with PyTorch's constants. */
export class Adam {
  readonly #rate: number;
  readonly #epsilon: number;
  readonly #mean: Float64Array;
  readonly #square: Float64Array;
  #steps = 0;

  /** @param unit what x is counted in: the rate in x, and what is added to the gradient's size in its inverse */
  constructor(width: number, rate: number, unit = 1) {
    this.#rate = rate * unit;
    this.#epsilon = 1e-8 / unit;
    this.#mean = new Float64Array(width);
    this.#square = new Float64Array(width);
  }

  step(x: Float64Array, gradient: Float64Array): void {
    this.#steps++;
    const scaleMean = 1 - beta1 ** this.#steps;
    const scaleSquare = 1 - beta2 ** this.#steps;
    for (const [i, g] of gradient.entries()) {
      const mean = beta1 * (this.#mean[i] as number) + (1 - beta1) * g;
      const square = beta2 * (this.#square[i] as number) + (1 - beta2) * g * g;
      this.#mean[i] = mean;
      this.#square[i] = square;
      x[i] =
        (x[i] as number) -
        (this.#rate * (mean / scaleMean)) / (Math.sqrt(square / scaleSquare) + this.#epsilon);
    }
  }
}
