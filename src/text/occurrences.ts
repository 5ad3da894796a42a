/** Where a part begins in a text, each time that it occurs; nowhere where it is empty. */
export function occurrencesOf(text: string, part: string): number[] {
  const found: number[] = [];
  if (part === '') return found;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) found.push(at);
  return found;
}
