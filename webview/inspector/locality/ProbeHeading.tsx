import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { View } from '../savedView.ts';
import type { SortBy } from './probeRows.ts';

interface Column {
  readonly title: string;
  readonly hint: string;
  readonly sortBy: SortBy | null;
  readonly class: string;
}

/** The columns of the locality table, in their order. */
export const probeColumns = (): readonly Column[] => [
  {
    title: l10n.t('Verdict'),
    hint: l10n.t('By the protocol of its kind, and by the likeliest token'),
    sortBy: 'verdict',
    class: 'verdict',
  },
  {
    title: l10n.t('Prompt'),
    hint: l10n.t('In the order of the edits file'),
    sortBy: 'file',
    class: 'prompt',
  },
  { title: l10n.t('Likeliest next token'), hint: '', sortBy: null, class: 'token' },
  {
    title: l10n.t('NLL new'),
    hint: l10n.t('Mean NLL per token of the new answer, nats'),
    sortBy: 'nllNew',
    class: 'nll-new',
  },
  {
    title: l10n.t('Rank new'),
    hint: l10n.t('Rank of the new answer’s first token'),
    sortBy: 'rankNew',
    class: 'rank-new',
  },
  {
    title: l10n.t('NLL true'),
    hint: l10n.t('Mean NLL per token of the true answer, nats'),
    sortBy: 'nllTrue',
    class: 'nll-true',
  },
  {
    title: l10n.t('Rank true'),
    hint: l10n.t('Rank of the true answer’s first token'),
    sortBy: 'rankTrue',
    class: 'rank-true',
  },
  { title: 'KL', hint: l10n.t('KL(before ‖ after) of the next token, nats'), sortBy: 'kl', class: 'kl' },
];

interface ProbeHeadingProps {
  readonly column: Column;
  readonly locality: View['locality'];
  readonly onChange: (change: Partial<View['locality']>) => void;
}

/** Chosen once it sorts downwards where large is worth looking at, again the other way, a third time by file. */
export function ProbeHeading({ column, locality, onChange }: ProbeHeadingProps): VNode {
  const { title, hint, sortBy } = column;
  const sorts = sortBy !== null && sortBy !== 'file' && locality.sortBy === sortBy;
  const choose = () => {
    if (sortBy === null) return;
    if (!sorts) onChange({ sortBy, descending: sortBy !== 'verdict' && sortBy !== 'file' });
    else if (locality.descending === (sortBy !== 'verdict')) onChange({ descending: !locality.descending });
    else onChange({ sortBy: 'file', descending: false });
  };
  const arrow = sorts ? (locality.descending ? ' ↓' : ' ↑') : '';
  return (
    <div
      class={`cell cell-${column.class}`}
      role="columnheader"
      aria-sort={sorts ? (locality.descending ? 'descending' : 'ascending') : 'none'}
    >
      {sortBy === null ? (
        title
      ) : (
        <button type="button" title={hint} onClick={choose}>
          {title}
          {arrow}
        </button>
      )}
    </div>
  );
}
