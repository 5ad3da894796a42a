/** Text from a file, fit for a message: in quotes, control characters escaped, no longer than a line. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 99)}…` : text);
}
