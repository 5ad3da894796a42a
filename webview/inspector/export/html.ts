import * as l10n from '@vscode/l10n';
import { html, htmlLines } from '../../../src/text/html.ts';
import { cellText, maxRows } from './cellText.ts';
import type { ReportBlock, ReportDocument, ReportPicture, ReportTable } from './reportDocument.ts';

/** Turns a picture into a `data:` address of a PNG. */
type DrawPicture = (picture: ReportPicture) => Promise<string>;

/**
 * The document as one HTML file that needs nothing else: no script, pictures inside, and a policy that lets nothing be
 * loaded. Text of models and files is escaped.
 */
export async function htmlOf({ title, facts, sections }: ReportDocument, draw: DrawPicture): Promise<string> {
  const body = [`<h1>${html(title)}</h1>`, '<dl>'];
  for (const [name, value] of facts) body.push(`<dt>${html(name)}</dt><dd>${html(value)}</dd>`);
  body.push('</dl>');
  for (const section of sections) {
    body.push(`<section><h2>${html(section.title)}</h2>`);
    for (const block of section.blocks) body.push(await blockHtml(block, draw));
    body.push('</section>');
  }
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${html(title)}</title>
<style>${style}</style>
</head>
<body>
${body.join('\n')}
</body>
</html>
`;
}

async function blockHtml(block: ReportBlock, draw: DrawPicture): Promise<string> {
  const title = html(block.title);
  switch (block.type) {
    case 'text':
      return `<h3>${title}</h3><blockquote>${htmlLines(block.text)}</blockquote>`;
    case 'table':
      return `<h3>${title}</h3>${tableHtml(block)}`;
    case 'picture': {
      const size = `width="${block.width}" height="${block.height}"`;
      return `<figure><img src="${await draw(block)}" ${size} alt="${title}"><figcaption>${title}</figcaption></figure>`;
    }
  }
}

function tableHtml({ columns, rows }: ReportTable): string {
  const heads = columns.map((name) => `<th scope="col">${html(name)}</th>`).join('');
  const lines = rows.slice(0, maxRows).map((row) => {
    const cells = row.map((cell) => {
      const number = typeof cell === 'number' ? ' class="number"' : '';
      return `<td${number}>${html(cellText(cell))}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  const left = rows.length - maxRows;
  const more = left > 0 ? `<p>${html(l10n.t('{0} more rows are in the CSV export.', left))}</p>` : '';
  return `<div class="table"><table><thead><tr>${heads}</tr></thead><tbody>${lines.join('')}</tbody></table></div>${more}`;
}

const style = `
:root { font: 15px/1.5 system-ui, sans-serif; color: #24292f; background: #fff; }
body { max-width: 78rem; margin: 2.5rem auto; padding: 0 1.5rem; }
h1 { font-size: 1.6rem; margin: 0 0 1rem; }
h2 { margin: 2.5rem 0 0.5rem; padding-bottom: 0.3rem; border-bottom: 1px solid #d0d7de; }
h3 { font-size: 1rem; margin: 1.5rem 0 0.4rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1.2rem; margin: 0; }
dt { color: #57606a; }
dd { margin: 0; overflow-wrap: anywhere; }
blockquote { margin: 0; padding: 0.4rem 0.9rem; border-left: 3px solid #d0d7de; white-space: pre-wrap; overflow-wrap: anywhere; }
figure { margin: 1rem 0; overflow-x: auto; }
figcaption { color: #57606a; }
.table { overflow-x: auto; max-height: 40rem; overflow-y: auto; border: 1px solid #d0d7de; }
table { border-collapse: collapse; font-size: 0.87rem; width: 100%; }
th, td { padding: 0.25rem 0.6rem; text-align: left; border-bottom: 1px solid #eaeef2; vertical-align: top; }
th { position: sticky; top: 0; background: #f6f8fa; white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
@media print { .table { max-height: none; } }
`;
