/**
 * Text from a file or a model, made safe for a screen: control characters, with which a terminal could be steered,
 * and the marks that turn the direction of writing show as escapes.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    const code = character.codePointAt(0) ?? 0;
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
  });
}

/** At most `length` characters on one line. */
export function short(text: string, length: number): string {
  const line = printable(text);
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}

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
