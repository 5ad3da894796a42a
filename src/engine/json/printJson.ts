/** Objects that fit are printed on one line of this width. */
const WIDTH = 110;

/**
 * Prints a JSON value, indented by two; an object that holds no other and fits stands on one line, which makes
 * lists of probes readable. The same value always gives the same text.
 */
export function printJson(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const items = Array.isArray(value)
    ? value.map((item) => printJson(item, inner))
    : Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => `${JSON.stringify(key)}: ${printJson(item, inner)}`);
  if (items.length === 0) return `${open}${close}`;

  const oneLine = `${open} ${items.join(', ')} ${close}`;
  const holdsObjects = Object.values(value).some((item) => typeof item === 'object');
  if (!holdsObjects && indent !== '' && indent.length + oneLine.length <= WIDTH) return oneLine;
  return `${open}\n${items.map((item) => inner + item).join(',\n')}\n${indent}${close}`;
}
