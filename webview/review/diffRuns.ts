/** Lines of a diff that are behind one another and of one sign. */
interface Run {
  readonly tag: 'ins' | 'del' | 'span';
  readonly lines: string[];
}

/** Lines of one sign behind one another are one element: a text may have a hundred thousand. */
export function diffRuns(text: string): Run[] {
  const runs: Run[] = [];
  for (const line of text.split('\n')) {
    const tag = line.startsWith('+') ? 'ins' : line.startsWith('-') ? 'del' : 'span';
    const last = runs.at(-1);
    if (last?.tag === tag) last.lines.push(line);
    else runs.push({ tag, lines: [line] });
  }
  return runs;
}
