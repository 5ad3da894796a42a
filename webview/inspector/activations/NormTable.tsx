import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { ActivationComparison } from '../../../src/protocol/activations.ts';
import type { Stream } from '../../../src/protocol/streams.ts';
import { magnitude, signed } from '../../../src/text/numbers.ts';
import type { Cell } from '../../charts/matrix.ts';
import { ValueTable } from '../maps/ValueTable.tsx';
import { cellValues } from './activationMaps.ts';

interface NormTableProps {
  readonly comparison: ActivationComparison;
  readonly stream: Stream;
  readonly labels: readonly string[];
  readonly pinned: Cell | undefined;
  readonly onPin: (cell: Cell | undefined) => void;
}

/** The heatmap as a table, a row for each layer at each token, with all four values of the cell. */
export function NormTable({ comparison, stream, labels, pinned, onPin }: NormTableProps): VNode {
  const { layers, tokens } = comparison;
  const cellOf = (index: number): Cell => ({ row: index % layers, column: Math.floor(index / layers) });
  return (
    <ValueTable
      label={l10n.t('Norms by token and layer')}
      columns={[
        l10n.t('Token'),
        l10n.t('Layer'),
        l10n.t('Before'),
        l10n.t('After'),
        l10n.t('Difference'),
        l10n.t('Distance'),
      ]}
      count={layers * tokens.length}
      rowOf={(index) => {
        const cell = cellOf(index);
        const { before, after, difference, distance } = cellValues(comparison, stream, cell);
        return [
          <>
            {labels[cell.column]} <span class="muted">{cell.column}</span>
          </>,
          String(cell.row),
          magnitude(before),
          magnitude(after),
          signed(difference),
          magnitude(distance),
        ];
      }}
      pinned={pinned === undefined ? -1 : pinned.column * layers + pinned.row}
      page={layers}
      onPin={(index) => onPin(cellOf(index))}
    />
  );
}
