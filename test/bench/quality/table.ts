import Table from 'cli-table3';
import type { Share } from '../../../src/protocol/measures.ts';
import type { Row } from './row.ts';

export function qualityTable(rows: readonly Row[]): string {
  const head = [
    '',
    'n',
    'ES',
    'PS',
    'NS',
    'S',
    'generation',
    'same subject',
    '... greedy',
    'drift KL',
    'perplexity',
    's an edit',
  ];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const row of rows) {
    table.push([
      row.method,
      row.n,
      share(row.es),
      share(row.ps),
      share(row.ns),
      number(row.s, 3),
      share(row.generation),
      share(row.same),
      share(row.sameGreedy),
      number(row.driftKl, 4),
      number(row.perplexity, 2),
      number(row.seconds, 2),
    ]);
  }
  return table.toString();
}

/** A share over its interval, on two lines. */
function share(value: Share | null): string {
  return value === null ? '' : `${value.value.toFixed(3)}\n${value.low.toFixed(2)}-${value.high.toFixed(2)}`;
}

function number(value: number | null, digits: number): string {
  return value === null ? '' : value.toFixed(digits);
}
