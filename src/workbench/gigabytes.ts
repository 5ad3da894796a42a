/** A size in bytes for people: "13.2 MB", "4.1 GB". */
export function gigabytes(bytes: number): string {
  const [unit, size] = bytes < 1e9 ? (['MB', 1e6] as const) : (['GB', 1e9] as const);
  return `${(bytes / size).toLocaleString(undefined, { maximumFractionDigits: 1 })} ${unit}`;
}
