import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useCallback, useRef } from 'preact/hooks';
import type { ActivationComparison } from '../../../src/protocol/activations.ts';
import type { Stream } from '../../../src/protocol/streams.ts';
import type { Cell } from '../../charts/matrix.ts';
import { useTheme } from '../../charts/theme.ts';
import { useVirtualRows } from '../../ui/useVirtualRows.ts';
import { magnitude, signed } from '../format.ts';
import { cellValues } from './activationMaps.ts';

interface NormTableProps {
  readonly comparison: ActivationComparison;
  readonly stream: Stream;
  readonly labels: readonly string[];
  readonly pinned: Cell | undefined;
  readonly onPin: (cell: Cell | undefined) => void;
}

/**
 * The heatmap as a table, a row for each layer at each token, with all four values of the cell. Arrow keys move from
 * row to row, Enter pins.
 */
export function NormTable({ comparison, stream, labels, pinned, onPin }: NormTableProps): VNode {
  const list = useRef<HTMLDivElement>(null);
  const { fontSize } = useTheme();
  const height = Math.round(fontSize * 1.8);
  const heightOf = useCallback(() => height, [height]);
  const { layers, tokens } = comparison;
  const count = layers * tokens.length;
  const rows = useVirtualRows(list, { count, heightOf, covered: height });
  const cellOf = (index: number): Cell => ({ row: index % layers, column: Math.floor(index / layers) });
  const active = pinned === undefined ? -1 : pinned.column * layers + pinned.row;
  const press = (event: KeyboardEvent) => {
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: layers, PageUp: -layers, Home: -count, End: count };
    if (!Object.hasOwn(steps, event.key)) return;
    event.preventDefault();
    const by = steps[event.key as keyof typeof steps];
    const next = active < 0 ? 0 : Math.min(count - 1, Math.max(0, active + by));
    onPin(cellOf(next));
    rows.show(next);
  };
  return (
    <div
      ref={list}
      class="norm-table"
      role="grid"
      aria-label={l10n.t('Norms by token and layer')}
      aria-rowcount={count + 1}
      aria-activedescendant={active >= 0 ? `norm-${active}` : undefined}
      tabIndex={0}
      onKeyDown={press}
    >
      <div class="norm-row norm-head" role="row" aria-rowindex={1}>
        {[
          l10n.t('Token'),
          l10n.t('Layer'),
          l10n.t('Before'),
          l10n.t('After'),
          l10n.t('Difference'),
          l10n.t('Distance'),
        ].map((title) => (
          <span key={title} role="columnheader">
            {title}
          </span>
        ))}
      </div>
      <div class="norm-body" role="rowgroup" style={{ height: `${rows.height}px` }}>
        {rows.rows.map(({ index, start, size }) => {
          const cell = cellOf(index);
          const { before, after, difference, distance } = cellValues(comparison, stream, cell);
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys, as the pattern of a grid has it
            <div
              key={index}
              id={`norm-${index}`}
              class={index === active ? 'norm-row selected' : 'norm-row'}
              role="row"
              tabIndex={-1}
              aria-rowindex={index + 2}
              aria-selected={index === active}
              style={{ top: `${start}px`, height: `${size}px` }}
              onClick={() => onPin(cell)}
            >
              <span role="gridcell" class="token-text">
                {labels[cell.column]} <span class="muted">{cell.column}</span>
              </span>
              <span role="gridcell">{cell.row}</span>
              <span role="gridcell">{magnitude(before)}</span>
              <span role="gridcell">{magnitude(after)}</span>
              <span role="gridcell">{signed(difference)}</span>
              <span role="gridcell">{magnitude(distance)}</span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
