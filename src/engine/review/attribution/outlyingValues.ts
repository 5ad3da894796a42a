import { at } from '../../numeric/at.ts';
import { aboveLine } from '../../numeric/trimmedLine.ts';

/** A name at which a layer's MLP adds more than its key leads to expect. */
export interface OutlyingValue {
  readonly name: string;
  /** Which of the weights. */
  readonly weight: number;
  /** The excess as a multiple of the excess that one name in 300 reaches in the same layer. */
  readonly excess: number;
}

/** The share of names whose excess is the unit. */
const unitShare = 1 / 300;
/** What the logarithm of no length is taken of. */
const minimum = 1e-30;

interface OfWeight {
  /** log ‖k‖ and log ‖W k‖ of each name. */
  readonly keys: number[];
  readonly values: number[];
  /** The sum of W k over all names. Shape [embedding] */
  readonly sum: Float64Array;
}

/**
 * An edit makes a layer add at its subject what carries the new fact through all layers above: ‖W k‖ is large there for
 * its ‖k‖. Each layer is held against itself, along the line of log ‖W k‖ in log ‖k‖ over all names, and against its own
 * tail, since early layers add much at some words of every model.
 */
export class OutlyingValues {
  readonly #names: string[] = [];
  readonly #weights: OfWeight[] = [];

  /** What each weight is multiplied with at a name, and gives. */
  add(name: string, keys: readonly Float32Array[], values: readonly Float32Array[]): void {
    this.#names.push(name);
    for (const [weight, value] of values.entries()) {
      const own = this.#weights[weight] ?? { keys: [], values: [], sum: new Float64Array(value.length) };
      this.#weights[weight] = own;
      own.keys.push(logLength(keys[weight] ?? new Float32Array()));
      own.values.push(logLength(value));
      for (let i = 0; i < value.length; i++) own.sum[i] = (own.sum[i] as number) + (value[i] as number);
    }
  }

  /** The mean of what a weight gives. Shape [embedding] */
  mean(weight: number): Float64Array {
    return (this.#weights[weight]?.sum ?? new Float64Array()).map((x) => x / this.#names.length);
  }

  /** Every name in every layer, the furthest out first. */
  ranked(): OutlyingValue[] {
    const found = this.#weights.flatMap(({ keys, values }, weight) => {
      const above = aboveLine(keys, values);
      const unit =
        above.length === 0
          ? 0
          : at(
              above.toSorted((a, b) => b - a),
              Math.floor(unitShare * above.length),
            );
      return this.#names.map((name, i) => ({
        name,
        weight,
        excess: unit > 0 ? (above[i] as number) / unit : 0,
      }));
    });
    return found.sort((a, b) => b.excess - a.excess);
  }
}

function logLength(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] as number) ** 2;
  return Math.log(Math.max(Math.sqrt(sum), minimum));
}
