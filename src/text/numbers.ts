/**
 * Numbers as people read them, the same in every row, page, table and report: as many digits as can be told apart, and a
 * dash where there is none. What is not finite keeps its name: a NaN is a finding, not an empty cell.
 */

type Shown = number | null | undefined;

const none = '–';
const minus = '−';

const finite = (value: Shown): value is number => typeof value === 'number' && Number.isFinite(value);

function special(value: Shown): string {
  if (value === null || value === undefined) return none;
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '∞' : `${minus}∞`;
}

/** A share in 0..1 as the tables of CounterFact write it: .921, 1.000. */
export function share(value: Shown): string {
  return finite(value) ? withoutZero(value.toFixed(3)) : special(value);
}

/** A share with its 95 % interval: .921 (.85–.96). */
export function withInterval({ value, low, high }: { value: number; low: number; high: number }): string {
  const bound = (end: number) => withoutZero(end.toFixed(2));
  return `${share(value)} (${bound(low)}–${bound(high)})`;
}

/** What a patch is multiplied with: 1, .5, −1, .125. */
export function strength(value: number): string {
  return withoutZero(String(Math.abs(value))).replace(/^/, value < 0 ? minus : '');
}

/** A probability: 93.1 %, 0.4 %, 3e−7 below what percents show. */
export function probability(p: Shown): string {
  if (!finite(p)) return special(p);
  if (p === 0 || p >= 0.9995) return `${p === 0 ? 0 : 100} %`;
  if (p < 0.0005) return scientific(p);
  return `${(p * 100).toFixed(1)} %`;
}

/** A share in whole percents, for sentences: 87 %. */
export const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

/** Nats, norms and other magnitudes: three significant digits, scientific where a point would hide them. */
export function magnitude(value: Shown): string {
  if (!finite(value)) return special(value);
  const size = Math.abs(value);
  const sign = value < 0 ? minus : '';
  if (size === 0) return '0';
  if (size < 1e-3 || size >= 1e6) return sign + scientific(size);
  if (size >= 999.5) return sign + count(Math.round(size));
  return sign + size.toPrecision(3);
}

/** A round value, as on an axis: without the zeros behind the point. */
export function round(value: number): string {
  return magnitude(value)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

/** A magnitude whose sign is always written: +0.31, −2.4. */
export function signed(value: Shown): string {
  return finite(value) && value > 0 ? `+${magnitude(value)}` : magnitude(value);
}

/** A whole number in groups of three digits: 49 152. */
export function count(value: number): string {
  return value.toLocaleString('en-US').replaceAll(',', ' ');
}

/** Bytes in the unit in which they are read best. */
export function bytes(size: number): string {
  const unit = [
    ['GB', 1e9],
    ['MB', 1e6],
    ['kB', 1e3],
  ] as const;
  const [name, least] = unit.find(([, from]) => size >= from) ?? ['bytes', 1];
  return `${least === 1 ? size : (size / least).toFixed(1)} ${name}`;
}

export function plural(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** How many there are, at the beginning of a phrase or in it: one direction, 3 directions. */
export const counted = (number: number, one: string, many = `${one}s`): string =>
  number === 1 ? `one ${one}` : `${number} ${many}`;

/** A float32 with no more digits than tell it from its neighbours: 0.00001, not 0.000009999999747378752. */
export function float32(value: number): string {
  for (const digits of [6, 7, 8]) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return String(rounded);
  }
  return String(value);
}

const withoutZero = (digits: string): string => digits.replace(/^0\./, '.');

function scientific(value: number): string {
  return value.toExponential(1).replace('e+', 'e').replace('e-', `e${minus}`).replace('.0e', 'e');
}
