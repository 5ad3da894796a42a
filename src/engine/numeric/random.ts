import { at } from './at.ts';

/** Random numbers, the same for the same seed on every machine (Tommy Ettinger's mulberry32). */
export class Random {
  #state: number;

  /** @param seed a 32-bit integer; without it one from the system's entropy, which nobody can foresee */
  constructor(seed = at(crypto.getRandomValues(new Uint32Array(1)), 0)) {
    this.#state = seed >>> 0;
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer of 0 .. count - 1, each as likely as the others. */
  below(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** `count` numbers of the normal distribution (Box and Muller 1958). */
  normals(count: number, deviation = 1, mean = 0): Float32Array<ArrayBuffer> {
    return Float32Array.from({ length: count }, () => {
      const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
      return mean + deviation * radius * Math.cos(2 * Math.PI * this.uniform());
    });
  }
}
