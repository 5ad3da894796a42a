import type { VNode } from 'preact';
import { useCallback, useRef } from 'preact/hooks';
import { useTheme } from '../../charts/theme.ts';
import { useVirtualRows } from '../../ui/useVirtualRows.ts';

interface ValueTableProps {
  readonly label: string;
  readonly columns: readonly string[];
  readonly count: number;
  /** The cells of a row; the first names a token. */
  readonly rowOf: (index: number) => readonly [token: VNode, ...values: string[]];
  /** The row that is pinned; -1 for none. */
  readonly pinned: number;
  /** Rows that a page key moves over. */
  readonly page: number;
  readonly onPin: (index: number) => void;
}

/** Heatmaps as a table, a row for each cell, however many there are. Arrow keys move from row to row. */
export function ValueTable({ label, columns, count, rowOf, pinned, page, onPin }: ValueTableProps): VNode {
  const list = useRef<HTMLDivElement>(null);
  const { fontSize } = useTheme();
  const height = Math.round(fontSize * 1.8);
  const heightOf = useCallback(() => height, [height]);
  const rows = useVirtualRows(list, { count, heightOf, covered: height });
  const gridTemplateColumns = `minmax(90px, 2fr) repeat(${columns.length - 1}, minmax(56px, 1fr))`;
  const press = (event: KeyboardEvent) => {
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -count, End: count };
    if (!Object.hasOwn(steps, event.key)) return;
    event.preventDefault();
    const by = steps[event.key as keyof typeof steps];
    const next = pinned < 0 ? 0 : Math.min(count - 1, Math.max(0, pinned + by));
    onPin(next);
    rows.show(next);
  };
  return (
    <div
      ref={list}
      class="value-table"
      role="grid"
      aria-label={label}
      aria-rowcount={count + 1}
      aria-activedescendant={pinned >= 0 ? `value-${pinned}` : undefined}
      tabIndex={0}
      onKeyDown={press}
    >
      <div class="value-row value-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns }}>
        {columns.map((title) => (
          <span key={title} role="columnheader">
            {title}
          </span>
        ))}
      </div>
      <div class="value-body" role="rowgroup" style={{ height: `${rows.height}px` }}>
        {rows.rows.map(({ index, start, size }) => {
          const [token, ...values] = rowOf(index);
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys, as the pattern of a grid has it
            <div
              key={index}
              id={`value-${index}`}
              class={index === pinned ? 'value-row selected' : 'value-row'}
              role="row"
              tabIndex={-1}
              aria-rowindex={index + 2}
              aria-selected={index === pinned}
              style={{ top: `${start}px`, height: `${size}px`, gridTemplateColumns }}
              onClick={() => onPin(index)}
            >
              <span role="gridcell" class="token-text">
                {token}
              </span>
              {values.map((value, column) => (
                <span key={column} role="gridcell">
                  {value}
                </span>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}
