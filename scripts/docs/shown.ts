import { markdownTable } from '../../src/text/markdown.ts';
import type { Cell, Column, Result, Run } from './result.ts';

/** Kept figures as documents show them. */

/** `.990 (.95–1.00) of 100`; as much of it as there is. */
export function shownCell(cell: Cell | undefined, column: Column): string {
  if (cell === undefined) return '';
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number') return `${number(cell, column)}${unit(column)}`;
  if ('median' in cell) {
    const [median, least, most] = [cell.median, cell.least, cell.most].map((value) => number(value, column));
    return `${median} (${least}–${most})${unit(column)}`;
  }
  const interval = `${shownValue(cell, column)} (${bound(cell.low)}–${bound(cell.high)})`;
  return cell.n === undefined ? interval : `${interval} of ${cell.n}`;
}

/** The figure alone, without its interval. */
export function shownValue(cell: Cell, column: Column): string {
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number') return `${number(cell, column)}${unit(column)}`;
  return 'median' in cell
    ? `${number(cell.median, column)}${unit(column)}`
    : number(cell.value, { digits: 3, ...column });
}

/** A table with a line below it that says when, where and by which command each row was measured. */
export function shownResult(
  result: Result,
  { rows: wanted, columns: some, transposed }: { rows?: string[]; columns?: string[]; transposed: boolean },
): string {
  const rows = result.rows.filter(({ key }) => wanted?.includes(key) ?? true);
  const columns = result.columns.filter(
    ({ key }) => (some?.includes(key) ?? true) && rows.some(({ cells }) => key in cells),
  );
  const runs = [...new Set(rows.map(({ run }) => run))];
  const mark = (run: number) => (runs.length > 1 ? ` ${superscript(runs.indexOf(run) + 1)}` : '');
  const lines = rows.map((row) => ({
    name: `${row.title}${mark(row.run)}`,
    cells: columns.map((column) => shownCell(row.cells[column.key], column)),
  }));
  const table = transposed
    ? markdownTable(
        [{ name: '' }, ...lines.map(({ name }) => ({ name, align: 'right' }) as const)],
        columns.map(({ title }, place) => [title, ...lines.map(({ cells }) => cells[place] ?? '')]),
      )
    : markdownTable(
        [{ name: '' }, ...columns.map(({ title }) => ({ name: title, align: 'right' }) as const)],
        lines.map(({ name, cells }) => [name, ...cells]),
      );
  const notes = runs.map((run, place) => {
    const note = shownRun(result.runs[run]);
    return runs.length > 1 ? `${superscript(place + 1)} ${note}` : note;
  });
  return `${table}\n\n${notes.map((note) => `<sub>${note}</sub>`).join('<br>\n')}`;
}

function shownRun(run: Run | undefined): string {
  if (run === undefined) throw new Error('a row names a run that is not there');
  const { date, origin, command, how, machine, commit } = run;
  const at = commit === null ? '' : ` at <code>${commit}</code>`;
  const typed = command === null ? [] : [`<code>${html(command)}</code>`];
  const measured = [...typed, ...(how === undefined ? [] : [how])].join(', ');
  return `${date}${origin === 'recorded' ? ' (recorded)' : ''}, ${machine}${at}: ${measured}`;
}

const html = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function number(value: number, { digits, significant }: Pick<Column, 'digits' | 'significant'>): string {
  const text = (size: number) => {
    if (digits !== undefined) return size.toFixed(digits);
    if (significant === undefined) return size.toLocaleString('en-US', { maximumFractionDigits: 6 });
    return size !== 0 && size < 1e-3 ? size.toExponential(significant - 1) : size.toPrecision(significant);
  };
  return `${value < 0 ? '−' : ''}${text(Math.abs(value)).replace(/^0\./, '.')}`;
}

const bound = (end: number) => end.toFixed(2).replace(/^0\./, '.');
const unit = (column: Column) => (column.unit === undefined ? '' : ` ${column.unit}`);
const superscript = (place: number) => `<sup>${place}</sup>`;
