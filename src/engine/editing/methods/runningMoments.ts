/** Mean and variance of every number of what comes one after the other (Welford 1962). */
class Moments {
  #count = 0;
  #mean = new Float64Array();
  #square = new Float64Array();

  get count(): number {
    return this.#count;
  }

  add(x: Float64Array): void {
    if (this.#count === 0) {
      this.#mean = new Float64Array(x.length);
      this.#square = new Float64Array(x.length);
    }
    this.#count++;
    for (let i = 0; i < x.length; i++) {
      const delta = (x[i] as number) - (this.#mean[i] as number);
      this.#mean[i] = (this.#mean[i] as number) + delta / this.#count;
      this.#square[i] = (this.#square[i] as number) + delta * ((x[i] as number) - (this.#mean[i] as number));
    }
  }

  /** (x − mean) / deviation; 0 for a number that never varies. */
  normed(x: Float64Array): Float64Array {
    return x.map((value, i) => {
      const deviation = Math.sqrt((this.#square[i] as number) / (this.#count - 1));
      return deviation > 0 ? (value - (this.#mean[i] as number)) / deviation : 0;
    });
  }
}

/** The moments of keys and of gradients, number by number. */
export class RunningMoments {
  readonly #keys = new Moments();
  readonly #gradients = new Moments();

  get count(): number {
    return this.#keys.count;
  }

  add(key: Float64Array, gradient: Float64Array): void {
    this.#keys.add(key);
    this.#gradients.add(gradient);
  }

  normed(key: Float64Array, gradient: Float64Array) {
    return { key: this.#keys.normed(key), gradient: this.#gradients.normed(gradient) };
  }
}
