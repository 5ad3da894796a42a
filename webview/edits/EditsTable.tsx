import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useCallback, useMemo, useRef, useState } from 'preact/hooks';
import type {
  ComparedEdit,
  EditAction,
  EditsTableContract,
  EditsTableState,
} from '../../src/protocol/editsTable.ts';
import { useTheme } from '../charts/theme.ts';
import type { Host } from '../rpc.ts';
import { useSavedState } from '../savedState.ts';
import { Button } from '../ui/Button.tsx';
import { useVirtualRows } from '../ui/useVirtualRows.ts';
import { usePushedState } from '../usePushedState.ts';
import { type Column, columns, outcomeText } from './columns.ts';
import { tableCsv } from './tableCsv.ts';
import { dueOf, isOrder, type Order, sorted } from './tableRows.ts';

type TableHost = Host<EditsTableContract>;

/** The edits of a file with their measures, side by side. */
export function EditsTable({ host }: { readonly host: TableHost }): VNode {
  const state = usePushedState<EditsTableState>(host);
  const [order, setOrder] = useSavedState<Order>('order', { by: 'file', descending: false }, isOrder);
  const rows = useMemo(() => sorted(state?.edits ?? [], order), [state, order]);
  if (state === null) return <main class="edits">{l10n.t('Reading the edits')}</main>;
  return (
    <main class="edits">
      <Heading host={host} state={state} rows={rows} />
      {rows.length === 0 ? (
        <p class="muted">{l10n.t('The file has no usable edit. Add one with New Edit.')}</p>
      ) : (
        <Grid host={host} rows={rows} order={order} onOrder={setOrder} />
      )}
    </main>
  );
}

interface HeadingProps {
  readonly host: TableHost;
  readonly state: EditsTableState;
  readonly rows: readonly ComparedEdit[];
}

function Heading({ host, state, rows }: HeadingProps): VNode {
  const [measuring, setMeasuring] = useState(false);
  const due = dueOf(rows).length;
  const measure = () => {
    setMeasuring(true);
    void host.call('measureAll').finally(() => setMeasuring(false));
  };
  return (
    <header class="edits-heading">
      <h1>{state.file}</h1>
      <span class="muted">{rows.length === 1 ? l10n.t('1 edit') : l10n.t('{0} edits', rows.length)}</span>
      <span class="spring" />
      {due > 0 && (
        <Button kind="primary" disabled={measuring} onClick={measure}>
          {due === 1 ? l10n.t('Measure 1 Edit') : l10n.t('Measure {0} Edits', due)}
        </Button>
      )}
      <Button onClick={() => void host.call('save', { csv: tableCsv(rows) })}>{l10n.t('Export CSV…')}</Button>
    </header>
  );
}

interface GridProps {
  readonly host: TableHost;
  readonly rows: readonly ComparedEdit[];
  readonly order: Order;
  readonly onOrder: (order: Order) => void;
}

function Grid({ host, rows, order, onOrder }: GridProps): VNode {
  const list = useRef<HTMLDivElement>(null);
  const { fontSize } = useTheme();
  const height = Math.round(fontSize * 3.4);
  const heightOf = useCallback(() => height, [height]);
  const seen = useVirtualRows(list, { count: rows.length, heightOf, covered: height });
  const all = useMemo(columns, []);
  return (
    <div
      ref={list}
      class="edits-grid"
      role="grid"
      aria-label={l10n.t('Edits and their measures')}
      aria-rowcount={rows.length + 1}
      tabIndex={0}
    >
      <div class="edits-row edits-head" role="row" aria-rowindex={1}>
        {all.map((column) => (
          <Head key={column.by} column={column} order={order} onOrder={onOrder} />
        ))}
        <div class="edits-cell" role="columnheader">
          {l10n.t('Actions')}
        </div>
      </div>
      <div class="edits-body" role="rowgroup" style={{ height: `${seen.height}px` }}>
        {seen.rows.map(({ index, start, size }) => {
          const edit = rows[index];
          if (edit === undefined) return null;
          return (
            <div
              key={edit.key}
              class="edits-row"
              role="row"
              aria-rowindex={index + 2}
              style={{ top: `${start}px`, height: `${size}px` }}
            >
              {all.map((column) => (
                <Cell key={column.by} column={column} edit={edit} />
              ))}
              <Actions host={host} edit={edit} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface HeadProps {
  readonly column: Column;
  readonly order: Order;
  readonly onOrder: (order: Order) => void;
}

/** Sorts upwards, then downwards, then by the file again. */
function Head({ column: { by, title, hint, number }, order, onOrder }: HeadProps): VNode {
  const sorts = order.by === by;
  const next: Order = sorts
    ? order.descending
      ? { by: 'file', descending: false }
      : { by, descending: true }
    : { by, descending: false };
  const direction = sorts ? (order.descending ? 'descending' : 'ascending') : 'none';
  return (
    <div class={number ? 'edits-cell number' : 'edits-cell'} role="columnheader" aria-sort={direction}>
      <button type="button" title={hint} onClick={() => onOrder(next)}>
        {title}
        {sorts && (order.descending ? ' ↓' : ' ↑')}
      </button>
    </div>
  );
}

const marks = { well: '✓', partly: '◐', fails: '✗' } as const;

function Cell({
  column: { by, number, text },
  edit,
}: {
  readonly column: Column;
  readonly edit: ComparedEdit;
}): VNode {
  const { measured } = edit;
  const shown = text(edit);
  // a number of another state is none without the word that it is one
  const foreign = number && by !== 'layer' && by !== 'relativeNorm' && measured?.otherState != null;
  const classes = ['edits-cell', `edits-${by}`, number ? 'number' : '', foreign ? 'foreign' : ''];
  return (
    <div
      class={classes.filter((name) => name !== '').join(' ')}
      role="gridcell"
      title={foreign ? outcomeText(edit) : shown}
    >
      {by === 'outcome' && measured !== null && measured.otherState === null && (
        <span class={`mark-${measured.outcome.level}`} aria-hidden="true">
          {marks[measured.outcome.level]}{' '}
        </span>
      )}
      {foreign ? (
        <>
          ({shown})<span class="unseen"> {measured?.otherState}</span>
        </>
      ) : (
        shown
      )}
    </div>
  );
}

function Actions({ host, edit }: { readonly host: TableHost; readonly edit: ComparedEdit }): VNode {
  const { key, fact, wished, state } = edit;
  const action = (name: EditAction, title: string) => (
    <button
      type="button"
      class="edits-action"
      aria-label={`${title}: ${fact}`}
      onClick={() => void host.call('act', { key, action: name })}
    >
      {title}
    </button>
  );
  return (
    <div class="edits-cell edits-actions" role="gridcell">
      {wished ? action('revert', l10n.t('Revert')) : action('apply', l10n.t('Apply'))}
      {(state === 'computed' || state === 'applied') && action('measure', l10n.t('Measure'))}
      {action('inspect', l10n.t('Inspect'))}
      {action('reveal', l10n.t('Open'))}
    </div>
  );
}
