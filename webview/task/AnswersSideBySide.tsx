import * as l10n from '@vscode/l10n';
import type { ComponentChildren, VNode } from 'preact';
import { visible } from '../../src/text/visible.ts';
import { DataTable } from '../ui/DataTable.tsx';

interface AnswerRow {
  /** What kind of prompt it was. */
  readonly kind: ComponentChildren;
  /** null where all rows are of one prompt. */
  readonly prompt: string | null;
  /** An answer a state; null where it was not asked. */
  readonly texts: readonly (string | null)[];
}

interface AnswersProps {
  readonly label: string;
  /** The states, in the order of the answers. */
  readonly heads: readonly string[];
  readonly rows: readonly AnswerRow[];
}

/** Whole answers to the same prompts in several states, side by side. */
export function AnswersSideBySide({ label, heads, rows }: AnswersProps): VNode {
  const prompts = rows.some(({ prompt }) => prompt !== null);
  return (
    <DataTable
      label={label}
      rows={rows}
      columns={[
        { name: l10n.t('Asked'), cell: ({ kind }: AnswerRow) => kind },
        ...(prompts
          ? [{ name: l10n.t('Prompt'), cell: ({ prompt }: AnswerRow) => <Answer text={prompt} /> }]
          : []),
        ...heads.map((name, index) => ({
          name,
          cell: ({ texts }: AnswerRow) => <Answer text={texts[index] ?? null} />,
        })),
      ]}
    />
  );
}

/** A text of the model, as it is; silence is said. */
function Answer({ text }: { readonly text: string | null }): VNode {
  if (text === null) return <span class="muted">–</span>;
  if (text.trim() === '') return <span class="muted">{l10n.t('(empty)')}</span>;
  return <span class="model-text">{visible(text)}</span>;
}
