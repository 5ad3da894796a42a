import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useCallback, useEffect, useRef } from 'preact/hooks';
import { useTheme } from '../../charts/theme.ts';
import { useVirtualRows } from '../../ui/useVirtualRows.ts';
import type { View } from '../savedView.ts';
import { GroupCells } from './GroupCells.tsx';
import { ProbeCells } from './ProbeCells.tsx';
import { ProbeHeading, probeColumns } from './ProbeHeading.tsx';
import type { Row } from './probeRows.ts';

interface ProbeTableProps {
  readonly rows: readonly Row[];
  readonly locality: View['locality'];
  readonly onChange: (change: Partial<View['locality']>) => void;
}

/** Probes by kind. Arrow keys move the selection, Enter folds a group; headings sort. */
export function ProbeTable({ rows, locality, onChange }: ProbeTableProps): VNode {
  const list = useRef<HTMLDivElement>(null);
  const { fontSize } = useTheme();
  const rowHeight = Math.round(fontSize * 3.4);
  const groupHeight = Math.round(fontSize * 2.3);
  const heightOf = useCallback(
    (index: number) => (rows[index]?.type === 'group' ? groupHeight : rowHeight),
    [rows, groupHeight, rowHeight],
  );
  const {
    rows: seen,
    height,
    show,
  } = useVirtualRows(list, { count: rows.length, heightOf, covered: groupHeight });
  const active = rows.findIndex((row) => row.type === 'probe' && row.index === locality.selected);

  // only a new selection scrolls, not rows that are sorted anew below a person's eyes
  useEffect(() => {
    if (active >= 0) show(active);
  }, [locality.selected]);

  const fold = (kind: (typeof locality.folded)[number]) => {
    const { folded } = locality;
    onChange({
      folded: folded.includes(kind) ? folded.filter((other) => other !== kind) : [...folded, kind],
    });
  };
  const press = (event: KeyboardEvent) => {
    const step = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: 10,
      PageUp: -10,
      Home: -rows.length,
      End: rows.length,
    };
    const by = Object.hasOwn(step, event.key) ? step[event.key as keyof typeof step] : undefined;
    if (by === undefined || event.target !== event.currentTarget) return;
    event.preventDefault();
    const next = nextProbe(rows, active, by);
    if (next !== undefined) onChange({ selected: next });
  };

  return (
    <div
      ref={list}
      class="probe-table"
      role="grid"
      aria-label={l10n.t('Probes before and after')}
      aria-rowcount={rows.length + 1}
      aria-activedescendant={active >= 0 ? `probe-${locality.selected}` : undefined}
      tabIndex={0}
      onKeyDown={press}
    >
      <div class="probe-row probe-head" role="row" aria-rowindex={1}>
        {probeColumns().map((column) => (
          <ProbeHeading key={column.class} column={column} locality={locality} onChange={onChange} />
        ))}
      </div>
      <div class="probe-body" role="rowgroup" style={{ height: `${height}px` }}>
        {seen.map(({ index, start, size }) => {
          const row = rows[index];
          if (row === undefined) return null;
          const place = { top: `${start}px`, height: `${size}px` };
          if (row.type === 'group') {
            return (
              <div
                key={row.kind}
                class="probe-row probe-group"
                role="row"
                aria-rowindex={index + 2}
                style={place}
              >
                <GroupCells group={row} onFold={() => fold(row.kind)} />
              </div>
            );
          }
          const selected = row.index === locality.selected;
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys, as the pattern of a grid has it
            <div
              key={row.index}
              id={`probe-${row.index}`}
              class={selected ? 'probe-row probe-selected' : 'probe-row'}
              role="row"
              tabIndex={-1}
              aria-rowindex={index + 2}
              aria-selected={selected}
              style={place}
              onClick={() => onChange({ selected: row.index })}
            >
              <ProbeCells comparison={row.comparison} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** The index of the probe that is `by` probes away from the row that is active, over headings. */
function nextProbe(rows: readonly Row[], active: number, by: number): number | undefined {
  const probes = rows.filter((row) => row.type === 'probe');
  const current = rows[active];
  const from = current?.type === 'probe' ? probes.indexOf(current) : -1;
  const to = from < 0 ? 0 : Math.min(probes.length - 1, Math.max(0, from + by));
  return probes[to]?.index;
}
