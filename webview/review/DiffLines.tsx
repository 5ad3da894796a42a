import type { VNode } from 'preact';

/** What differs, line by line as in a unified diff. Lines keep their sign, so that colour is not alone. */
export function DiffLines({ text }: { readonly text: string }): VNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls takes the keys
    <pre class="diff-lines" tabIndex={0}>
      {diffRuns(text).map(({ tag: Tag, lines }, place) => (
        <Tag key={place}>{lines.join('\n')}</Tag>
      ))}
    </pre>
  );
}

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
