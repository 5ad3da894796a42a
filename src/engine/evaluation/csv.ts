import type { Evaluated } from '../../protocol/evaluation.ts';
import { evaluationMeasures } from '../../protocol/evaluationMeasures.ts';
import { csv } from '../../text/csv.ts';

/** The table for programs: a line a method; a share has its interval and number of edits in columns of their own. */
export function evaluationCsv({ methods }: Evaluated): string {
  const head = evaluationMeasures.flatMap(({ key }) => [key, `${key}_low`, `${key}_high`, `${key}_n`]);
  const lines = methods.map((row) => {
    const cells = evaluationMeasures.flatMap(({ read }) => {
      const value = read(row);
      if (value === null) return ['', '', '', ''];
      return typeof value === 'number' ? [value, '', '', ''] : [value.value, value.low, value.high, value.n];
    });
    return [row.method, row.layers.join(' '), row.asked, row.edits.length, row.stopped ?? '', ...cells];
  });
  return csv([['method', 'layers', 'asked', 'edits', 'stopped', ...head], ...lines]);
}
