import Table from 'cli-table3';
import type { Found } from '../record.ts';
import { median } from '../statistics.ts';

/** One line of the speed table. */
export interface Figure {
  readonly what: string;
  readonly unit: 'ms' | 's' | 'GB' | 'KB' | '';
  /** One per repetition, in `unit`. */
  readonly values: readonly number[];
  /** The same as multiples of what plain llama.cpp takes, one per repetition. */
  readonly ratios?: readonly number[];
  /** What is aimed at: at most so much of the value or of the ratio. */
  readonly aim?: { readonly of: 'value' | 'ratio'; readonly most: number };
}

/** Median, range, ratio and aim of every figure. */
export function speedTable(figures: readonly Figure[]): string {
  const head = ['', 'median', 'min - max', 'ratio', 'min - max', 'aim', 'reached'];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const { what, unit, values, ratios = [], aim } of figures) {
    const reached = aim && median(aim.of === 'value' ? values : ratios) <= aim.most;
    table.push([
      what,
      `${round(median(values))} ${unit}`,
      range(values),
      ratios.length > 0 ? round(median(ratios)) : '',
      range(ratios),
      aim ? `<= ${aim.most} ${aim.of === 'value' ? unit : 'x'}` : '',
      reached === undefined ? '' : reached ? 'yes' : 'no',
    ]);
  }
  return table.toString();
}

function range(values: readonly number[]): string {
  return values.length < 2 ? '' : `${round(Math.min(...values))} - ${round(Math.max(...values))}`;
}

/** Three significant digits. */
function round(value: number): string {
  return Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

/** The same to be kept: medians with their range. */
export function speedFound(name: string, title: string, figures: readonly Figure[]): Found {
  const spread = (values: readonly number[]) =>
    values.length === 0
      ? undefined
      : { median: median(values), least: Math.min(...values), most: Math.max(...values) };
  return {
    name,
    title,
    whole: true,
    columns: [
      { key: 'value', title: 'median (range)', significant: 3 },
      { key: 'unit', title: 'unit' },
      { key: 'ratio', title: 'times what it is compared with', significant: 3 },
    ],
    rows: figures.map(({ what, unit, values, ratios = [] }) => ({
      key: what
        .trim()
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, '-'),
      title: what.trim(),
      cells: { value: spread(values), unit, ratio: spread(ratios) },
    })),
  };
}
