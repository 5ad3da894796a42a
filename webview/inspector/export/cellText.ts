import * as l10n from '@vscode/l10n';
import { type ReportCell, cellText as textOf } from '../../../src/text/report.ts';

/** A cell as people read it, in their language. */
export function cellText(cell: ReportCell): string {
  if (typeof cell === 'boolean') return cell ? l10n.t('yes') : l10n.t('no');
  return cell === null ? '–' : textOf(cell);
}

/** Rows that a text for people shows; a table has more in its CSV alone. */
export const maxRows = 2000;
