import type { Evaluated, EvaluatedMethod } from '../../protocol/evaluation.ts';
import { rowName } from '../../protocol/evaluationCurves.ts';
import { type EvaluationMeasure, measuresIn, protocolsOf, shown } from '../../protocol/evaluationMeasures.ts';
import { html } from '../../text/html.ts';
import { reportPage } from '../../text/reportPage.ts';
import { at } from '../numeric/at.ts';
import { curves } from './curves.ts';

const [left, width, right, line] = [150, 420, 170, 24];

/** A page of its own with a plot a measure: bars with their intervals. It runs no script and loads nothing. */
export function evaluationPage(evaluated: Evaluated): string {
  const { methods, model, edits, together } = evaluated;
  const drawing = (markup: string) => ({ type: 'drawing', title: null, markup }) as const;
  const drawn = measuresIn(methods).map((measure) => drawing(figure(measure, methods)));
  const how = `${edits} edits, ${together ? 'all in one patch' : 'each on alone'}.`;
  const lines = 'Lines are 95 % intervals over edits: Wilson’s, and of S by bootstrap.';
  return reportPage({
    title: `Editing methods on ${model.split(/[\\/]/).at(-1) ?? model}`,
    facts: [],
    sections: [
      {
        title: 'Measures',
        blocks: [
          { type: 'text', title: null, text: `${how} ${lines}` },
          ...drawn,
          drawing(curves(evaluated)),
        ],
      },
      { title: 'Protocols', blocks: [{ type: 'list', title: null, items: protocolsOf(methods) }] },
    ],
  });
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
