import type { ReportCell, ReportDocument } from './reportDocument.ts';

/**
 * The document's tables as CSV (RFC 4180), one below the other with an empty line between. Numbers have all their
 * digits.
 */
export function csvOf({ sections }: ReportDocument): string {
  const tables = sections
    .flatMap(({ blocks }) => blocks)
    .map((block) => {
      if (block.type === 'table') return [block.columns, ...block.rows];
      return block.type === 'text' ? [[block.title, block.text]] : [];
    })
    .filter((rows) => rows.length > 0);
  return tables.map((rows) => rows.map((row) => `${row.map(field).join(',')}\r\n`).join('')).join('\r\n');
}

/** A text that a spreadsheet would take for a formula gets an apostrophe before it. */
function field(cell: ReportCell): string {
  if (typeof cell !== 'string') return cell === null ? '' : String(cell);
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
