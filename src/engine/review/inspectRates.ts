import inspections from '../../../bench/results/review-inspect.json';

/** How often inspections were right, as `npm run bench:review -- MODEL --parts inspect --record` keeps it. */

type Share = (typeof inspections)['rows'][number]['cells']['edited'];

/** What an inspection of a model of this depth is worth, as far as it has been measured. */
export function ratesSentence(layers: number): string {
  const far = ({ cells }: (typeof inspections)['rows'][number]) => Math.abs(Math.log(cells.layers / layers));
  const { title, cells } = inspections.rows.reduce((best, one) => (far(one) < far(best) ? one : best));
  return `On the most similar model that was measured, ${title} with ${cells.layers} layers, ${share(cells.edited)} edited candidates and ${share(cells.harmless)} harmless ones were called edited, with the edited names among those tried.`;
}

function share({ value, low, high, n }: Share): string {
  return `${Math.round(value * n)} of ${n} (${low.toFixed(2)}-${high.toFixed(2)})`;
}
