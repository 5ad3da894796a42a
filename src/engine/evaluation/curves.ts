import type { Evaluated } from '../../protocol/evaluation.ts';
import { type CurveKey, type EvaluationLine, evaluationCurves } from '../../protocol/evaluationCurves.ts';
import { html } from '../../text/html.ts';
import { magnitude } from '../../text/numbers.ts';
import { at } from '../numeric/at.ts';

const [left, top, width, height, right, bottom] = [60, 12, 420, 160, 150, 44];
const lineHeight = 14;
/** Told apart in light and dark, and by the name at the end of each line. */
const colours = ['#3574c4', '#c2571a', '#2e8b57', '#a0479e', '#8a7a1f', '#c03a4b'];

const titles: Readonly<Record<CurveKey, string>> = {
  score: 'S by number of edits',
  ns: 'NS by number of edits',
  seconds: 'Seconds an edit by number of edits',
  perplexity: 'Perplexity of the unedited model’s own text, as a multiple',
  fluency: 'Fluency, as a share of the unedited model’s',
  secondsEach: 'Seconds an edit, as edits come on',
};

/** Plots over the number of edits: the quality and the time, and how the model did as edits came on. */
export function curves({ methods }: Evaluated): string {
  return evaluationCurves(methods)
    .map(({ key, lines }) => plot(titles[key], lines, key === 'score' || key === 'ns' ? 1 : undefined))
    .join('\n');
}

/** Lines over a logarithmic number of edits. */
function plot(title: string, lines: readonly EvaluationLine[], most?: number): string {
  const points = lines.flatMap((line) => line.points);
  const end = Math.max(2, ...points.map(([edits]) => edits));
  const high = most ?? Math.max(Number.MIN_VALUE, ...points.map(([, value]) => value));
  const x = (edits: number) => (left + (width * Math.log(edits)) / Math.log(end)).toFixed(1);
  const y = (value: number) => (top + height * (1 - Math.max(0, value) / high)).toFixed(1);
  const ticks = [1, 10, 100, 1000, 10_000].filter((edits) => edits <= end);
  const places = apart(lines.map(({ points: own }) => Number(y(own.at(-1)?.[1] ?? 0))));
  const drawn = lines.map(({ name, points: own }, i) => {
    const corners = own.map(([edits, value]) => `${x(edits)},${y(value)}`).join(' ');
    const [edits, value] = own.at(-1) ?? [1, 0];
    const dots = own.length > 10 ? [] : own;
    return `<g style="--line: ${colours[i % colours.length]}"><polyline points="${corners}"/>
${dots.map((dot) => `<circle class="point" cx="${x(dot[0])}" cy="${y(dot[1])}" r="3"/>`).join('')}
<text x="${Number(x(edits)) + 8}" y="${at(places, i) + 4}">${html(`${name} ${magnitude(value)}`)}</text></g>`;
  });
  const told = lines.map(({ name, points: own }) => {
    const [first, last] = [own[0], own.at(-1)];
    return `${name} from ${magnitude(first?.[1] ?? Number.NaN)} to ${magnitude(last?.[1] ?? Number.NaN)}`;
  });
  const [across, down] = [left + width + right, top + height + bottom];
  return `<figure>
<figcaption>${html(title)}</figcaption>
<svg viewBox="0 0 ${across} ${down}" width="${across}" height="${down}" role="img" aria-label="${html(`${title}: ${told.join('; ')}`)}">
<path class="axis" d="M${left} ${top}V${top + height}H${left + width}" fill="none"/>
<text x="${left - 8}" y="${top + 4}" text-anchor="end">${html(magnitude(high))}</text>
<text x="${left - 8}" y="${top + height + 4}" text-anchor="end">0</text>
${ticks.map((edits) => `<text x="${x(edits)}" y="${top + height + 18}" text-anchor="middle">${edits}</text>`).join('')}
<text x="${left + width / 2}" y="${top + height + 36}" text-anchor="middle">edits</text>
${drawn.join('\n')}
</svg>
</figure>`;
}

/** Heights of lines' names, moved down where two would lie on one another. */
function apart(heights: readonly number[]): number[] {
  const places = [...heights];
  let floor = Number.NEGATIVE_INFINITY;
  for (const i of [...heights.keys()].sort((a, b) => at(heights, a) - at(heights, b))) {
    floor = Math.max(at(heights, i), floor + lineHeight);
    places[i] = floor;
  }
  return places;
}
