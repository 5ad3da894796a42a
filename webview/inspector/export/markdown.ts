import * as l10n from '@vscode/l10n';
import { markdown, markdownTable } from '../../../src/text/markdown.ts';
import { cellText, maxRows } from './cellText.ts';
import type { ReportBlock, ReportDocument, ReportTable } from './reportDocument.ts';

/** The document as GitHub-flavoured Markdown. Text of models and files stays text: nothing of it is markup. */
export function markdownOf({ title, facts, sections }: ReportDocument): string {
  const lines = [
    `# ${markdown(title)}`,
    '',
    ...facts.map(([name, value]) => `- ${markdown(name)}: ${markdown(value)}`),
  ];
  for (const section of sections) {
    lines.push('', `## ${markdown(section.title)}`);
    for (const block of section.blocks) lines.push(...blockLines(block));
  }
  return `${lines.join('\n')}\n`;
}

function blockLines(block: ReportBlock): string[] {
  switch (block.type) {
    case 'text':
      return [
        '',
        `**${markdown(block.title)}**`,
        '',
        ...block.text.split('\n').map((line) => `> ${markdown(line)}`),
      ];
    case 'table':
      return ['', `### ${markdown(block.title)}`, '', ...tableLines(block)];
    case 'picture':
      // Markdown has no pictures of its own; the HTML report and the PNG have them
      return [];
  }
}

function tableLines({ columns, rows }: ReportTable): string[] {
  const numeric = columns.map((_, column) => rows.some((row) => typeof row[column] === 'number'));
  const left = rows.length - maxRows;
  return [
    markdownTable(
      columns.map((name, column) => ({
        name: markdown(name),
        align: numeric[column] === true ? 'right' : 'left',
      })),
      rows.slice(0, maxRows).map((row) => row.map((cell) => markdown(cellText(cell)))),
    ),
    ...(left > 0 ? ['', l10n.t('{0} more rows are in the CSV export.', left)] : []),
  ];
}
