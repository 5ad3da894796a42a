import type { TensorReview } from '../../../protocol/review.ts';
import { html } from '../../../text/html.ts';

const width = 260;
const height = 110;

/** The leading singular values of a change as bars, on a log scale, with the edge of the noise as a line. */
export function spectrumPicture({ name, values, edge, spikes }: TensorReview): string {
  const floor = Math.max(
    Number.MIN_VALUE,
    Math.min(...values.filter((value) => value > 0), edge || Infinity) / 2,
  );
  const [first = 1] = values;
  const span = Math.log(first / floor) || 1;
  const heightOf = (value: number) => {
    const tall = (height * Math.log(Math.max(value, floor) / floor)) / span;
    return Math.min(height, Math.max(1, tall));
  };
  const step = width / Math.max(1, values.length);
  const bars = values.map((value, index) => {
    const tall = heightOf(value);
    return `<rect x="${(index * step + 1).toFixed(1)}" y="${(height - tall).toFixed(1)}" width="${(step - 2).toFixed(1)}" height="${tall.toFixed(1)}" fill="${index < spikes ? 'var(--hot)' : 'var(--line)'}"/>`;
  });
  const line = edge !== null && edge > 0 ? height - heightOf(edge) : undefined;
  const noise =
    line === undefined
      ? ''
      : `<line x1="0" x2="${width}" y1="${line.toFixed(1)}" y2="${line.toFixed(1)}" stroke="currentColor" stroke-dasharray="4 3"/><text x="${width}" y="${(line - 3).toFixed(1)}" text-anchor="end">noise</text>`;
  const says = `${spikes} of ${values.length} singular values stand out of the noise`;
  return `<figure><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${html(says)}">${bars.join('')}${noise}</svg><figcaption>${html(name)}: ${says}</figcaption></figure>`;
}
