import { csv } from '../../../src/text/csv.ts';
import type { ReportDocument } from './reportDocument.ts';

/** The document's tables as CSV, one below the other with an empty line between. */
export function csvOf({ sections }: ReportDocument): string {
  const tables = sections
    .flatMap(({ blocks }) => blocks)
    .map((block) => {
      if (block.type === 'table') return [block.columns, ...block.rows];
      return block.type === 'text' ? [[block.title, block.text]] : [];
    })
    .filter((rows) => rows.length > 0);
  return tables.map(csv).join('\r\n');
}
