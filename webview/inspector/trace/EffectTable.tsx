import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { CausalTrace } from '../../../src/protocol/causalTrace.ts';
import { signed } from '../../../src/text/numbers.ts';
import type { Cell } from '../../charts/matrix.ts';
import { ValueTable } from '../maps/ValueTable.tsx';
import { streamName } from '../names.ts';
import { TRACED } from './traceMaps.ts';

interface EffectTableProps {
  readonly trace: CausalTrace;
  readonly labels: readonly string[];
  readonly pinned: Cell | undefined;
  readonly onPin: (cell: Cell) => void;
}

/** The heatmaps as a table, a row for each layer at each token, with the effects of all kinds. */
export function EffectTable({ trace, labels, pinned, onPin }: EffectTableProps): VNode {
  const { layers, tokens, indirect } = trace;
  const cellOf = (index: number): Cell => ({ row: index % layers, column: Math.floor(index / layers) });
  return (
    <ValueTable
      label={l10n.t('Indirect effects by token and layer')}
      columns={[l10n.t('Token'), l10n.t('Layer'), ...TRACED.map(streamName)]}
      count={layers * tokens.length}
      rowOf={(index) => {
        const { row, column } = cellOf(index);
        return [
          <>
            {labels[column]} <span class="muted">{column}</span>
          </>,
          String(row),
          ...TRACED.map((kind) => signed(indirect[kind][row]?.[column])),
        ];
      }}
      pinned={pinned === undefined ? -1 : pinned.column * layers + pinned.row}
      page={layers}
      onPin={(index) => onPin(cellOf(index))}
    />
  );
}
