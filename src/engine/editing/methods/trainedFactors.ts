import type { FactorValues } from '../../autodiff/objective.ts';
import { DOWN, weightInLayer } from '../../gguf/names.ts';
import { dotAt } from '../../numeric/dotAt.ts';
import { Random } from '../../numeric/random.ts';
import type { LayerUpdate, LoraPart } from '../patches/update.ts';
import { Adam } from '../value/adam.ts';

/** Weights that a LoRA changes: down-projections, query and value projections. */
const parts: readonly string[] = [DOWN, 'attn_q', 'attn_v'];
const seed = 2106;

/** The layer of a weight that a LoRA may change; undefined for any other. */
export function loraLayer(name: string): number | undefined {
  const found = weightInLayer(name);
  return found !== undefined && parts.includes(found.part) ? found.layer : undefined;
}

/** The factors of one weight's change BA as they are trained: A begins random, B at zero (2106.09685, section 4.1). */
export class TrainedFactors {
  readonly layer: number;
  readonly part: LoraPart | undefined;
  readonly #name: string;
  readonly #rank: number;
  readonly #width: number;
  /** Shape [rank x width]. */
  readonly #a: Float64Array;
  /** Shape [height x rank]. */
  readonly #b: Float64Array;
  readonly #adam: { readonly a: Adam; readonly b: Adam };

  constructor(
    name: string,
    { width, height, rank, rate }: { width: number; height: number; rank: number; rate: number },
  ) {
    const { layer, part } = weightInLayer(name) ?? {};
    if (layer === undefined) throw new Error(`${name} is no weight of a layer`);
    this.layer = layer;
    this.part = part === 'attn_q' || part === 'attn_v' ? part : undefined;
    this.#name = name;
    this.#rank = rank;
    this.#width = width;
    this.#a = Float64Array.from(new Random(seed + this.layer).normals(rank * width, 1 / Math.sqrt(width)));
    this.#b = new Float64Array(height * rank);
    this.#adam = { a: new Adam(this.#a.length, rate), b: new Adam(this.#b.length, rate) };
  }

  get name(): string {
    return this.#name;
  }

  get values(): FactorValues {
    return { a: Float32Array.from(this.#a), b: Float32Array.from(this.#b) };
  }

  step(gradient: FactorValues): void {
    this.#adam.a.step(this.#a, Float64Array.from(gradient.a));
    this.#adam.b.step(this.#b, Float64Array.from(gradient.b));
  }

  /** BA x. */
  times(x: Float64Array): Float64Array {
    const inner = Float64Array.from({ length: this.#rank }, (_, r) =>
      dotAt(this.#a, r * this.#width, x, 0, this.#width),
    );
    const height = this.#b.length / this.#rank;
    return Float64Array.from({ length: height }, (_, i) =>
      dotAt(this.#b, i * this.#rank, inner, 0, this.#rank),
    );
  }

  get updates(): LayerUpdate[] {
    const height = this.#b.length / this.#rank;
    return Array.from({ length: this.#rank }, (_, r) => ({
      layer: this.layer,
      ...(this.part !== undefined && { part: this.part }),
      left: Float64Array.from({ length: height }, (_, i) => this.#b[i * this.#rank + r] as number),
      right: this.#a.slice(r * this.#width, (r + 1) * this.#width),
    }));
  }
}
