import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Finding, FindingKind } from '../../src/protocol/review.ts';
import { magnitude } from '../../src/text/numbers.ts';
import { visible } from '../../src/text/visible.ts';
import { type FindingRow, findingRows, rowId } from './findingRows.ts';
import { findingName } from './names.ts';

interface FindingsTreeProps {
  readonly findings: readonly Finding[];
  /** The place of the finding that is looked at; null where it is something else. */
  readonly selected: number | null;
  readonly onSelect: (index: number) => void;
}

/** What was found, by kind. Arrow keys move and fold; a finding that is reached is shown beside the tree. */
export function FindingsTree({ findings, selected, onSelect }: FindingsTreeProps): VNode {
  const [turned, setTurned] = useState<readonly FindingKind[]>([]);
  const rows = useMemo(() => findingRows(findings, turned), [findings, turned]);
  const [active, setActive] = useState(`finding-${selected ?? 0}`);
  const turn = (kind: FindingKind) =>
    setTurned(turned.includes(kind) ? turned.filter((other) => other !== kind) : [...turned, kind]);
  const choose = (row: FindingRow) => {
    setActive(rowId(row));
    if (row.type === 'finding') onSelect(row.index);
  };
  const press = (event: KeyboardEvent) => {
    const at = rows.findIndex((row) => rowId(row) === active);
    const row = rows[at];
    const next = rows[{ ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key] ?? -1];
    if (next !== undefined) choose(next);
    else if (row?.type === 'group' && turns(event.key, row.folded)) turn(row.kind);
    else if (row?.type !== 'group' && event.key === 'ArrowLeft') setActive(groupOf(row) ?? active);
    else return;
    event.preventDefault();
  };
  return (
    <div
      class="findings"
      role="tree"
      aria-label={l10n.t('Findings')}
      aria-activedescendant={rows.some((row) => rowId(row) === active) ? active : undefined}
      tabIndex={0}
      onKeyDown={press}
    >
      {rows.map((row) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the tree takes the keys, as the pattern of a tree has it
        <div
          key={rowId(row)}
          id={rowId(row)}
          role="treeitem"
          tabIndex={-1}
          class={`finding-row ${row.type}-row${rowId(row) === active ? ' active' : ''}`}
          aria-level={row.type === 'group' ? 1 : 2}
          aria-expanded={row.type === 'group' ? !row.folded : undefined}
          aria-selected={row.type === 'finding' && row.index === selected}
          onClick={() => {
            choose(row);
            if (row.type === 'group') turn(row.kind);
          }}
        >
          <RowText row={row} />
        </div>
      ))}
    </div>
  );
}

function RowText({ row }: { readonly row: FindingRow }): VNode {
  switch (row.type) {
    case 'group':
      return (
        <>
          <span class="twistie" aria-hidden="true">
            {row.folded ? '›' : '⌄'}
          </span>
          <b>{findingName(row.kind)}</b> <span class="muted">{row.count}</span>
        </>
      );
    case 'finding': {
      const { tensor, summary, relative } = row.finding;
      return (
        <>
          <span class="finding-name">{visible(tensor ?? summary)}</span>
          {relative !== null && <span class="muted finding-size">{magnitude(relative)}</span>}
        </>
      );
    }
    case 'more':
      return <span class="muted">{l10n.t('and {0} more in the report', row.count)}</span>;
  }
}

const turns = (key: string, folded: boolean): boolean =>
  key === 'Enter' || key === ' ' || key === (folded ? 'ArrowRight' : 'ArrowLeft');

const groupOf = (row: FindingRow | undefined): string | undefined =>
  row === undefined ? undefined : `group-${row.type === 'finding' ? row.finding.kind : row.kind}`;
