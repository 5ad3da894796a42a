import { scaleLinear, scaleSymlog } from 'd3-scale';
import { extent } from './matrix.ts';

/** How values are spread over the colours. */
export type Spread = 'linear' | 'logarithmic';

/** Values to places on a colour ramp, from 0 (its beginning) to 1 (its end). */
export interface ColourScale {
  /** Whether 0 lies in the middle of the ramp and negative values have colours of their own. */
  readonly diverging: boolean;
  readonly low: number;
  readonly high: number;
  /** Place of a finite value; values beyond the ends have the end's. */
  place(value: number): number;
  /** Round values for the legend, ascending. */
  readonly ticks: readonly number[];
}

/** The part of a logarithmic scale's end below which it runs linearly through 0. */
const linearPart = 1e-3;

/** From 0 to the largest of all the values given: several pictures that share a scale can be compared. */
export function sequentialScale(spread: Spread, ...shared: readonly Float32Array[]): ColourScale {
  const high = Math.max(0, ...shared.map((values) => extent(values).high));
  return scaleBetween(0, high, spread);
}

/** From -m to m, where m is the largest magnitude, so that 0 has the ramp's middle whatever the values are. */
export function divergingScale(spread: Spread, ...shared: readonly Float32Array[]): ColourScale {
  const limits = shared.map(extent).flatMap(({ low, high }) => [-low, high]);
  const limit = Math.max(0, ...limits);
  return scaleBetween(-limit, limit, spread);
}

/** Logarithmic where a few values (as those of a first token) would leave all others one colour. */
export function suggestedSpread(values: Float32Array): Spread {
  const magnitudes = values.filter(Number.isFinite).map(Math.abs).sort();
  const median = magnitudes[Math.floor(magnitudes.length / 2)] ?? 0;
  const largest = magnitudes.at(-1) ?? 0;
  return median > 0 && largest > 20 * median ? 'logarithmic' : 'linear';
}

function scaleBetween(low: number, high: number, spread: Spread): ColourScale {
  const diverging = low < 0;
  const empty = high === 0;
  const end = empty ? 1 : high;
  const start = diverging ? -end : 0;
  const scale =
    spread === 'linear'
      ? scaleLinear().domain([start, end])
      : scaleSymlog()
          .domain([start, end])
          .constant(end * linearPart);
  const place = scale.range([0, 1]).clamp(true);
  return {
    diverging,
    low: empty ? 0 : start,
    high,
    place: (value) => place(value),
    ticks: empty ? [0] : spread === 'linear' ? place.ticks(4) : decades(end, diverging),
  };
}

/** Powers of ten up to the end, at most three of them on each side, and 0. */
function decades(end: number, diverging: boolean): number[] {
  const largest = Math.floor(Math.log10(end));
  const powers = [largest - 2, largest - 1, largest].map((exponent) => 10 ** exponent);
  return diverging ? [...powers.map((power) => -power).reverse(), 0, ...powers] : [0, ...powers];
}
