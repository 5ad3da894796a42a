import { html, htmlLines } from './html.ts';
import { cellText, type Report, type ReportBlock, type ReportTable } from './report.ts';

/**
 * A report as one page of HTML that needs nothing else: no script, no request, pictures inside, light or dark as the reader
 * has it, and a policy that lets nothing be loaded. Text of models and files is escaped.
 */
export function reportPage({ title, note, facts, sections, footer }: Report): string {
  const small = note === undefined ? '' : ` <small>${html(note)}</small>`;
  const known = facts.map(([name, value]) => `<dt>${html(name)}</dt><dd>${html(value)}</dd>`).join('');
  const parts = sections.map(
    (section) =>
      `<section><h2>${html(section.title)}</h2>\n${section.blocks.map(blockOf).join('\n')}</section>`,
  );
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${html(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${html(title)}${small}</h1>
${known === '' ? '' : `<dl>${known}</dl>\n`}${parts.join('\n')}
${footer === undefined ? '' : `<footer>${html(footer)}</footer>\n`}</body>
</html>
`;
}

function blockOf(block: ReportBlock): string {
  if (block.type === 'image') {
    const size = `width="${block.width}" height="${block.height}"`;
    const title = html(block.title);
    return `<figure><img src="${html(block.address)}" ${size} alt="${title}"><figcaption>${title}</figcaption></figure>`;
  }
  const head = block.title === null ? '' : `<h3>${html(block.title)}</h3>`;
  return head + bodyOf(block);
}

function bodyOf(block: Exclude<ReportBlock, { readonly type: 'image' }>): string {
  switch (block.type) {
    case 'text':
      return block.title === null
        ? `<p>${html(block.text)}</p>`
        : `<blockquote>${htmlLines(block.text)}</blockquote>`;
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${html(item)}</li>`).join('')}</ul>`;
    case 'table':
      return tableOf(block);
    case 'lines':
      return `<pre class="diff">${block.lines.map(lineOf).join('\n')}</pre>`;
    case 'drawing':
      return block.markup;
  }
}

/** It scrolls by itself where it is wide. */
function tableOf({ columns, rows }: ReportTable): string {
  const heads = columns.map((name) => `<th scope="col">${html(name)}</th>`).join('');
  const lines = rows.map((row) => {
    const cells = row.map((cell) => {
      const number = typeof cell === 'number' ? ' class="number"' : '';
      return `<td${number}>${html(cellText(cell))}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  return `<div class="table"><table><thead><tr>${heads}</tr></thead><tbody>${lines.join('')}</tbody></table></div>`;
}

function lineOf(line: string): string {
  const tag = line.startsWith('+') ? 'ins' : line.startsWith('-') ? 'del' : 'span';
  return `<${tag}>${html(line)}</${tag}>`;
}

const style = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; --line: #8886; --hot: #c2410c; --bar: #3574c4; }
body { max-width: 78rem; margin: 2.5rem auto; padding: 0 1.5rem; }
h1 { font-size: 1.6rem; margin: 0 0 1rem; }
h1 small { font-weight: 400; opacity: .7; }
h2 { margin: 2.5rem 0 .5rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.5rem 0 .4rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.2rem; margin: 0; }
dt, figcaption, footer { opacity: .7; }
dd { margin: 0; overflow-wrap: anywhere; }
blockquote { margin: 0; padding: .4rem .9rem; border-left: 3px solid var(--line); white-space: pre-wrap; overflow-wrap: anywhere; }
figure { margin: 1rem 0; overflow-x: auto; }
footer { margin-top: 2rem; }
.table { overflow: auto; max-height: 40rem; }
table { border-collapse: collapse; font-size: .87rem; }
th, td { padding: .25rem .6rem; text-align: left; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { position: sticky; top: 0; background: var(--vscode-editor-background, Canvas); white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.diff { white-space: pre-wrap; overflow-wrap: anywhere; }
.diff ins, .diff del { text-decoration: none; }
.diff ins { background: #2da44e33; }
.diff del { background: #cf222e33; }
.heat td { min-width: 1.4rem; padding: .2rem; text-align: center; font-size: 11px; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(18rem, 1fr)); gap: 1rem; }
svg { max-width: 100%; height: auto; }
svg text { fill: currentColor; font: 12px system-ui, sans-serif; }
.bar { fill: var(--bar); }
.whisker { stroke: currentColor; stroke-width: 1.5; }
.axis { stroke: currentColor; stroke-opacity: .35; }
polyline, .point { fill: none; stroke: var(--line); stroke-width: 2; }
.point { fill: var(--line); }
@media print { .table { max-height: none; } }
`;
