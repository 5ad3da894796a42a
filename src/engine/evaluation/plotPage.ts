import type { Evaluated, EvaluatedMethod } from '../../protocol/evaluation.ts';
import { rowName } from '../../protocol/evaluationCurves.ts';
import { type EvaluationMeasure, measuresIn, protocolsOf, shown } from '../../protocol/evaluationMeasures.ts';
import { html } from '../../text/html.ts';
import { at } from '../numeric/at.ts';
import { curves } from './curves.ts';

const [left, width, right, line] = [150, 420, 170, 24];

const style = `
:root { color-scheme: light dark; font: 14px/1.5 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
figure { margin: 1.5rem 0; }
figcaption { font-weight: 600; }
svg { max-width: 100%; height: auto; }
text { fill: CanvasText; font: 12px system-ui, sans-serif; }
.bar { fill: #3574c4; }
.whisker { stroke: CanvasText; stroke-width: 1.5; }
polyline, .point { fill: none; stroke: var(--line); stroke-width: 2; }
.point { fill: var(--line); }
.axis { stroke: CanvasText; stroke-opacity: .35; }
li { margin: .3rem 0; }
`;

/** A page of its own with a plot a measure: bars with their intervals. It runs no script and loads nothing. */
export function evaluationPage(evaluated: Evaluated): string {
  const { methods, model, edits, together } = evaluated;
  const title = `Editing methods on ${model.split(/[\\/]/).at(-1) ?? model}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${html(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${html(title)}</h1>
<p>${edits} edits, ${together ? 'all in one patch' : 'each on alone'}. Lines are 95 % intervals over edits: Wilson’s, and of S by bootstrap.</p>
${measuresIn(methods)
  .map((measure) => figure(measure, methods))
  .join('\n')}
${curves(evaluated)}
<h2>Protocols</h2>
<ul>
${protocolsOf(methods)
  .map((protocol) => `<li>${html(protocol)}</li>`)
  .join('\n')}
</ul>
</body>
</html>
`;
}

function figure({ name, read }: EvaluationMeasure, rows: readonly EvaluatedMethod[]): string {
  const values = rows.map(read);
  const isShare = values.some((value) => value !== null && typeof value !== 'number');
  const numbers = values.map((value) => (typeof value === 'number' ? value : (value?.value ?? 0)));
  const most = isShare ? 1 : Math.max(...numbers, Number.MIN_VALUE);
  const x = (value: number) => (left + (width * Math.max(0, value)) / most).toFixed(1);
  const bars = rows.map((row, i) => {
    const value = values[i] ?? null;
    const middle = i * line + line / 2;
    const end = x(at(numbers, i));
    const interval =
      value === null || typeof value === 'number'
        ? ''
        : `<path class="whisker" d="M${x(value.low)} ${middle}H${x(value.high)}"/>`;
    return `<text x="${left - 8}" y="${middle + 4}" text-anchor="end">${html(rowName(row, rows))}</text>
<rect class="bar" x="${left}" y="${i * line + 4}" width="${(Number(end) - left).toFixed(1)}" height="${line - 8}"/>
${interval}<text x="${left + width + 8}" y="${middle + 4}">${html(value === null ? 'no such probe' : shown(value))}</text>`;
  });
  const height = rows.length * line;
  const told = rows.map((row, i) => `${rowName(row, rows)} ${shown(values[i] ?? null)}`).join('; ');
  return `<figure>
<figcaption>${html(name)}</figcaption>
<svg viewBox="0 0 ${left + width + right} ${height}" width="${left + width + right}" height="${height}" role="img" aria-label="${html(`${name}: ${told}`)}">
<path class="axis" d="M${left} 0V${height}M${left + width} 0V${height}"/>
${bars.join('\n')}
</svg>
</figure>`;
}
