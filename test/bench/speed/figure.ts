import Table from 'cli-table3';
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
