import type { VNode } from 'preact';
import { diffRuns } from './diffRuns.ts';

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
