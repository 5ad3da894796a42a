import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { TensorColumns } from '../../src/protocol/headerPage.ts';
import { visible } from '../../src/text/visible.ts';
import { useTheme } from '../charts/theme.ts';
import { useVirtualRows } from '../ui/useVirtualRows.ts';
import { exact, size } from './format.ts';
import { moved } from './gridKeys.ts';
import {
  elementsOf,
  shapeOf,
  TENSOR_COLUMNS,
  type TensorColumn,
  type TensorQuery,
  typeOf,
} from './tensorRows.ts';

interface TensorGridProps {
  readonly tensors: TensorColumns;
  readonly files: readonly string[];
  /** Indices of the tensors that are shown, in their order. */
  readonly rows: Uint32Array;
  readonly sort: TensorQuery['sort'];
  readonly onSort: (sort: TensorQuery['sort']) => void;
  /** Called with the index of the tensor whose values are to be shown. */
  readonly onOpen: (tensor: number) => void;
}

/**
 * A grid of which only the rows in view are drawn. It is one stop for the tab key; the arrow keys move the active row,
 * Enter or a double click opens it, and copying with nothing selected takes that row's name.
 */
export function TensorGrid({ tensors, files, rows, sort, onSort, onOpen }: TensorGridProps): VNode {
  const rowHeight = Math.round(1.75 * useTheme().fontSize);
  const grid = useRef<HTMLDivElement>(null);
  const heightOf = useCallback(() => rowHeight, [rowHeight]);
  const list = useVirtualRows(grid, { count: rows.length, heightOf, covered: rowHeight });
  const [active, setActive] = useState(0);
  // another list begins at its top
  useEffect(() => setActive(0), [rows]);

  const open = (row: number) => {
    const tensor = rows[row];
    if (tensor !== undefined) onOpen(tensor);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && event.target === event.currentTarget) open(active);
    const next = moved(event.key, active, rows.length, Math.floor(list.inView / rowHeight));
    if (next === undefined || event.target !== event.currentTarget) return;
    event.preventDefault();
    setActive(next);
    list.show(next);
  };
  const onCopy = (event: ClipboardEvent) => {
    if (getSelection()?.isCollapsed === false) return;
    event.preventDefault();
    event.clipboardData?.setData('text/plain', tensors.names[rows[active] ?? 0] ?? '');
  };

  return (
    <div
      ref={grid}
      class={files.length > 1 ? 'tensors split' : 'tensors'}
      role="grid"
      tabIndex={0}
      aria-label={l10n.t('Tensors')}
      aria-rowcount={rows.length + 1}
      aria-activedescendant={list.rows.some(({ index }) => index === active) ? rowId(active) : undefined}
      onKeyDown={onKeyDown}
      onCopy={onCopy}
    >
      <div class="head" role="row" aria-rowindex={1} style={{ height: `${rowHeight}px` }}>
        {TENSOR_COLUMNS.map((column) => (
          <HeadCell key={column} column={column} sort={sort} onSort={onSort} />
        ))}
      </div>
      <div role="rowgroup" style={{ height: `${list.height}px`, position: 'relative' }}>
        {list.rows.map(({ index, start }) => (
          <div
            key={index}
            id={rowId(index)}
            class={index === active ? 'row active' : 'row'}
            role="row"
            aria-rowindex={index + 2}
            aria-selected={index === active}
            style={{ height: `${rowHeight}px`, transform: `translateY(${start}px)` }}
            onMouseDown={() => setActive(index)}
            onDblClick={() => open(index)}
          >
            <Cells tensors={tensors} files={files} tensor={rows[index] ?? 0} onOpen={() => open(index)} />
          </div>
        ))}
      </div>
    </div>
  );
}

const rowId = (index: number): string => `tensor-${index}`;

interface HeadCellProps extends Pick<TensorGridProps, 'sort' | 'onSort'> {
  readonly column: TensorColumn;
}

/** Sorts up, then down, then not at all. */
function HeadCell({ column, sort, onSort }: HeadCellProps): VNode {
  const way = sort?.column !== column ? 'none' : sort.descending ? 'descending' : 'ascending';
  const next = () => {
    if (way === 'descending') onSort(null);
    else onSort({ column, descending: way === 'ascending' });
  };
  return (
    <div role="columnheader" aria-sort={way} class={`cell ${column}`}>
      <button type="button" onClick={next}>
        {columnTitle(column)}
        <span aria-hidden="true">{way === 'none' ? '' : way === 'ascending' ? ' ▲' : ' ▼'}</span>
      </button>
    </div>
  );
}

function columnTitle(column: TensorColumn): string {
  switch (column) {
    case 'name':
      return l10n.t('Name');
    case 'type':
      return l10n.t('Type');
    case 'shape':
      return l10n.t('Shape');
    case 'elements':
      return l10n.t('Elements');
    case 'bytes':
      return l10n.t('Size');
    case 'offset':
      return l10n.t('Offset');
  }
}

interface CellsProps extends Pick<TensorGridProps, 'tensors' | 'files'> {
  readonly tensor: number;
  readonly onOpen: () => void;
}

function Cells({ tensors, files, tensor, onOpen }: CellsProps): VNode {
  const bytes = tensors.bytes[tensor] ?? 0;
  const name = tensors.names[tensor] ?? '';
  const file = files[tensors.parts[tensor] ?? 0] ?? '';
  const offset = exact(tensors.offsets[tensor] ?? 0);
  return (
    <>
      <div role="gridcell" class="cell name" title={visible(name)}>
        <button type="button" class="tensor-name" tabIndex={-1} onClick={onOpen}>
          {visible(name)}
        </button>
      </div>
      <div role="gridcell" class="cell type">
        {typeOf(tensors, tensor)}
      </div>
      <div role="gridcell" class="cell shape">
        {shapeOf(tensors, tensor)}
      </div>
      <div role="gridcell" class="cell elements">
        {exact(elementsOf(tensors, tensor))}
      </div>
      <div role="gridcell" class="cell bytes" title={l10n.t('{0} bytes', exact(bytes))}>
        {size(bytes)}
      </div>
      <div role="gridcell" class="cell offset" title={file}>
        {files.length > 1 ? l10n.t('{0} (file {1})', offset, (tensors.parts[tensor] ?? 0) + 1) : offset}
      </div>
    </>
  );
}
