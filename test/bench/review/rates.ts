import type { Column } from '../../../scripts/docs/result.ts';
import { wilson } from '../../../src/engine/measures/wilson.ts';

/** A share of cases with its 95 % Wilson interval, as tables show it: `.98 (.95-.99) of 60`. */
export function rate(hits: readonly boolean[]): string {
  const n = hits.length;
  if (n === 0) return '–';
  const share = hits.filter(Boolean).length / n;
  const { low, high } = wilson(share, n);
  return `${share.toFixed(3)} (${low.toFixed(2)}-${high.toFixed(2)}) of ${n}`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A column of shares. */
export const share = (key: string, title: string): Column => ({ key, title, digits: 3 });
