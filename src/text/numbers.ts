/** Numbers as people read them, the same in every report, table and page. */

/** Bytes in the unit in which they are read best. */
export function bytes(count: number): string {
  const unit = [
    ['GB', 1e9],
    ['MB', 1e6],
    ['kB', 1e3],
  ] as const;
  const [name, size] = unit.find(([, least]) => count >= least) ?? ['bytes', 1];
  return `${size === 1 ? count : (count / size).toFixed(1)} ${name}`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** A share as a decimal, or a dash where there is none. */
export function share(value: number | null): string {
  return value === null ? '–' : value.toFixed(3);
}

/** Small and large magnitudes alike, in three digits. */
export function magnitude(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  return Math.abs(value) >= 0.01 && Math.abs(value) < 1000 ? value.toPrecision(3) : value.toExponential(1);
}
