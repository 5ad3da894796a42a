import * as l10n from '@vscode/l10n';
import { magnitude } from '../../../src/text/numbers.ts';
import type { ReportCell } from './reportDocument.ts';

/** A cell as people read it; whole numbers in full, others with three digits. */
export function cellText(cell: ReportCell): string {
  if (typeof cell === 'number') return Number.isInteger(cell) ? String(cell) : magnitude(cell);
  if (typeof cell === 'boolean') return cell ? l10n.t('yes') : l10n.t('no');
  return cell ?? '–';
}

/** Rows that a text for people shows; a table has more in its CSV alone. */
export const maxRows = 2000;
