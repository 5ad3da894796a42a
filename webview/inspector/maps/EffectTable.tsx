import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { signed } from '../../../src/text/numbers.ts';
import type { Cell } from '../../charts/matrix.ts';
import { ValueTable } from './ValueTable.tsx';

/** What each state does, of one kind: by layer, then by token. */
export interface EffectRows {
  readonly name: string;
  readonly rows: readonly (readonly number[])[];
}

interface EffectTableProps {
  readonly label: string;
  readonly effects: readonly EffectRows[];
  readonly labels: readonly string[];
  readonly pinned: Cell | undefined;
  readonly onPin: (cell: Cell) => void;
}

/** Heatmaps as a table, a row for each layer at each token, with the effects of all kinds. */
export function EffectTable({ label, effects, labels, pinned, onPin }: EffectTableProps): VNode {
  const layers = effects[0]?.rows.length ?? 0;
  const cellOf = (index: number): Cell => ({ row: index % layers, column: Math.floor(index / layers) });
  return (
    <ValueTable
      label={label}
      columns={[l10n.t('Token'), l10n.t('Layer'), ...effects.map(({ name }) => name)]}
      count={layers * labels.length}
      rowOf={(index) => {
        const { row, column } = cellOf(index);
        return [
          <>
            {labels[column]} <span class="muted">{column}</span>
          </>,
          String(row),
          ...effects.map(({ rows }) => signed(rows[row]?.[column])),
        ];
      }}
      pinned={pinned === undefined ? -1 : pinned.column * layers + pinned.row}
      page={layers}
      onPin={(index) => onPin(cellOf(index))}
    />
  );
}
