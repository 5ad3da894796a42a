import * as l10n from '@vscode/l10n';
import type { ReportBlock as PageBlock } from '../../../src/text/report.ts';
import { reportPage } from '../../../src/text/reportPage.ts';
import { cellText, maxRows } from './cellText.ts';
import type { ReportBlock, ReportDocument, ReportPicture, ReportTable } from './reportDocument.ts';

/** Turns a picture into a `data:` address of a PNG. */
type DrawPicture = (picture: ReportPicture) => Promise<string>;

/** The document as a page of HTML, its pictures drawn. */
export async function htmlOf(document: ReportDocument, draw: DrawPicture): Promise<string> {
  const sections = await Promise.all(
    document.sections.map(async ({ title, blocks }) => ({
      title,
      blocks: (await Promise.all(blocks.map((block) => pageBlocks(block, draw)))).flat(),
    })),
  );
  return reportPage({ ...document, sections });
}

async function pageBlocks(block: ReportBlock, draw: DrawPicture): Promise<PageBlock[]> {
  switch (block.type) {
    case 'text':
      return [block];
    case 'table':
      return tableBlocks(block);
    case 'picture': {
      const { title, width, height } = block;
      return [{ type: 'image', title, width, height, address: await draw(block) }];
    }
  }
}

function tableBlocks(table: ReportTable): PageBlock[] {
  const rows = table.rows
    .slice(0, maxRows)
    .map((row) => row.map((cell) => (typeof cell === 'number' ? cell : cellText(cell))));
  const left = table.rows.length - maxRows;
  const more = l10n.t('{0} more rows are in the CSV export.', left);
  return [{ ...table, rows }, ...(left > 0 ? [{ type: 'text', title: null, text: more } as const] : [])];
}
