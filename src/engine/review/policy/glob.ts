/**
 * Does the whole name fit the pattern? `*` stands for any part of a name, also for none; nothing else is special. The
 * parts between stars are looked for from left to right, each where it first occurs, so that no pattern makes the
 * search go back: the time is at most the pattern's length times the name's.
 */
export function matchesGlob(pattern: string, name: string): boolean {
  const [first = '', ...parts] = pattern.split('*');
  const last = parts.pop();
  if (last === undefined) return name === first;
  if (!name.startsWith(first)) return false;
  let from = first.length;
  for (const part of parts) {
    const at = name.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return name.length - last.length >= from && name.endsWith(last);
}
