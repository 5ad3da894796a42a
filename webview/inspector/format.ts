import * as l10n from '@vscode/l10n';

/** Numbers as the inspector writes them: as many digits as can be told apart, and a dash where there is none. */

const none = '–';
const minus = '−';

const finite = (value: number | null | undefined): value is number =>
  typeof value === 'number' && Number.isFinite(value);

/** What is not finite keeps its name: a NaN is a finding, not an empty cell. */
function special(value: number | null | undefined): string {
  if (value === null || value === undefined) return none;
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '∞' : `${minus}∞`;
}

/** A share in 0..1 as CounterFact's tables write it: .921, 1.000. */
export function share(value: number | null | undefined): string {
  if (!finite(value)) return special(value);
  return value.toFixed(3).replace(/^0\./, '.');
}

/** A probability: 93.1 %, 0.4 %, 3e-7 below what percents show. */
export function probability(p: number | null | undefined): string {
  if (!finite(p)) return special(p);
  if (p === 0 || p >= 0.9995) return `${p === 0 ? 0 : 100} %`;
  if (p < 0.0005) return scientific(p);
  return `${(p * 100).toFixed(1)} %`;
}

/** Nats, norms and other magnitudes: three significant digits, scientific where a point would hide them. */
export function magnitude(value: number | null | undefined): string {
  if (!finite(value)) return special(value);
  const size = Math.abs(value);
  const sign = value < 0 ? minus : '';
  if (size === 0) return '0';
  if (size < 1e-3 || size >= 1e6) return sign + scientific(size);
  if (size >= 999.5) return sign + Math.round(size).toLocaleString('en-US').replaceAll(',', ' ');
  return sign + size.toPrecision(3);
}

/** A round value, as on an axis: without the zeros behind the point. */
export function round(value: number): string {
  return magnitude(value)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

/** A magnitude whose sign is always written: +0.31, −2.4. */
export function signed(value: number | null | undefined): string {
  return finite(value) && value > 0 ? `+${magnitude(value)}` : magnitude(value);
}

export function count(value: number): string {
  return value.toLocaleString('en-US').replaceAll(',', ' ');
}

export function seconds(value: number): string {
  if (value < 1) return l10n.t('{0} ms', Math.round(value * 1000));
  return l10n.t('{0} s', value.toFixed(value < 10 ? 2 : 1));
}

function scientific(value: number): string {
  return value.toExponential(1).replace('e+', 'e').replace('e-', `e${minus}`).replace('.0e', 'e');
}
