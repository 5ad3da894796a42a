/** Sizes and counts as the page writes them, in the user's language. */

const language = (): string | undefined => globalThis.document?.documentElement.lang || undefined;

function written(value: number, options: Intl.NumberFormatOptions): string {
  return new Intl.NumberFormat(language(), options).format(value);
}

/** "134,515,008" */
export const exact = (count: number): string => written(count, {});

/** "134.5 M", "7.24 B"; exact below ten thousand. */
export function count(value: number): string {
  if (Math.abs(value) < 10_000) return exact(value);
  const [unit, size] =
    value < 1e6 ? (['k', 1e3] as const) : value < 1e9 ? (['M', 1e6] as const) : (['B', 1e9] as const);
  return `${written(value / size, { maximumSignificantDigits: 4 })} ${unit}`;
}

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** "88.1 MB": decimal units, as disks and file managers count. */
export function size(bytes: number): string {
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return `${written(bytes / 1000 ** step, { maximumSignificantDigits: step === 0 ? 4 : 3 })} ${units[step]}`;
}

/** "5.24" */
export const decimal = (value: number, digits = 2): string =>
  written(value, { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** "92.3 %"; what is there but rounds to nothing reads "< 0.1 %". */
export function percent(share: number): string {
  if (share > 0 && share < 0.001) return `< ${decimal(0.1, 1)} %`;
  return `${decimal(100 * share, 1)} %`;
}

/** A measured quantity, three digits: "0.0213", "1.2e-7". */
export function figure(value: number): string {
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-3 && size < 1e5)) return written(value, { maximumSignificantDigits: 3 });
  return value.toExponential(1);
}
