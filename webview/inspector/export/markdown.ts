import * as l10n from '@vscode/l10n';
import { cellText, mostRows } from './cellText.ts';
import type { ReportBlock, ReportDocument, ReportTable } from './reportDocument.ts';

/** The document as GitHub-flavoured Markdown. Text of models and files stays text: nothing of it is markup. */
export function markdownOf({ title, facts, sections }: ReportDocument): string {
  const lines = [
    `# ${escaped(title)}`,
    '',
    ...facts.map(([name, value]) => `- ${escaped(name)}: ${escaped(value)}`),
  ];
  for (const section of sections) {
    lines.push('', `## ${escaped(section.title)}`);
    for (const block of section.blocks) lines.push(...blockLines(block));
  }
  return `${lines.join('\n')}\n`;
}

function blockLines(block: ReportBlock): string[] {
  switch (block.type) {
    case 'text':
      return [
        '',
        `**${escaped(block.title)}**`,
        '',
        ...block.text.split('\n').map((line) => `> ${escaped(line)}`),
      ];
    case 'table':
      return ['', `### ${escaped(block.title)}`, '', ...tableLines(block)];
    case 'picture':
      // Markdown has no pictures of its own; the HTML report and the PNG have them
      return [];
  }
}

function tableLines({ columns, rows }: ReportTable): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  const numeric = columns.map((_, column) => rows.some((row) => typeof row[column] === 'number'));
  const left = rows.length - mostRows;
  return [
    line(columns),
    `| ${numeric.map((right) => (right ? '---:' : '---')).join(' | ')} |`,
    ...rows.slice(0, mostRows).map((row) => line(row.map(cellText))),
    ...(left > 0 ? ['', l10n.t('{0} more rows are in the CSV export.', left)] : []),
  ];
}

/** Every character that Markdown or HTML could take for markup, with a backslash; breaks become spaces. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>()#+!|~&-]/g, '\\$&').replace(/\s*[\r\n]+\s*/g, ' ');
}
