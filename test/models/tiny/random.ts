/** Seeded random numbers, the same on every machine: mulberry32 and Box-Muller. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Uniform in (0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  }

  /** Normally distributed values. */
  normal(count: number, deviation: number, mean = 0): Float32Array<ArrayBuffer> {
    return Float32Array.from({ length: count }, () => mean + deviation * this.#gauss());
  }

  /** The same in double precision. */
  float64(count: number, deviation: number): Float64Array<ArrayBuffer> {
    return Float64Array.from(this.normal(count, deviation));
  }

  #gauss(): number {
    return Math.sqrt(-2 * Math.log(this.next())) * Math.cos(2 * Math.PI * this.next());
  }
}
