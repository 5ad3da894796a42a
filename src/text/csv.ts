import { visible } from './visible.ts';

export type CsvCell = string | number | boolean | null;

/**
 * Rows as CSV (RFC 4180). Numbers have all their digits; nothing is an empty cell. Text is visible, and where a
 * spreadsheet would take it for a formula it has an apostrophe before it (OWASP, CSV injection).
 */
export function csv(rows: readonly (readonly CsvCell[])[]): string {
  return rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

function field(cell: CsvCell): string {
  if (typeof cell !== 'string') return cell === null ? '' : String(cell);
  const text = visible(cell);
  const safe = /^ *[=+\-@＝＋－＠]/.test(text) ? `'${text}` : text;
  // a spreadsheet may divide at semicolons, whatever the file does
  return /[",;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
