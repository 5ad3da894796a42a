import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { wordDiff } from './wordDiff.ts';

/** Two continuations as one text: what only the base says is struck out, what only the edited model says underlined. */
export function WordDiff({ before, after }: { readonly before: string; readonly after: string }): VNode {
  const parts = wordDiff(before, after).map(({ text, side }, index) => {
    if (side === 'before') return <del key={index}>{text}</del>;
    return side === 'after' ? <ins key={index}>{text}</ins> : <span key={index}>{text}</span>;
  });
  return <p class="word-diff">{parts}</p>;
}

interface GenerationsProps {
  readonly title: string;
  readonly before: string;
  readonly after: string;
}

/** Free greedy generation from the edited prompt, as text or as chat, before and after. */
export function Generations({ title, before, after }: GenerationsProps): VNode {
  return (
    <section class="generations" aria-label={l10n.t('{0}, before and after', title)}>
      <h3>{title}</h3>
      <WordDiff before={before} after={after} />
      <span class="muted">
        {before === after ? l10n.t('unchanged') : l10n.t('struck out: before; underlined: after')}
      </span>
    </section>
  );
}
