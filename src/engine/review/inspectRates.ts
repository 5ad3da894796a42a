import { wilson } from '../measures/wilson.ts';

/** How often inspections of candidates made from one model were right: `npm run bench:review -- MODEL --parts inspect`. */
interface Measured {
  readonly model: string;
  readonly layers: number;
  /** Candidates with one edit, and how many of them were called edited. */
  readonly edited: readonly [called: number, of: number];
  /** The same of candidates that were rounded, trained, merged or renamed. */
  readonly harmless: readonly [called: number, of: number];
}

/** By depth. The edited subjects were among the names that were tried. */
const measured: readonly [Measured, ...Measured[]] = [
  { model: 'almanac', layers: 6, edited: [20, 20], harmless: [0, 30] },
  { model: 'SmolLM2-135M', layers: 30, edited: [11, 12], harmless: [0, 18] },
];

/** What an inspection of a model of this depth is worth, as far as it has been measured. */
export function ratesSentence(layers: number): string {
  const far = (one: Measured) => Math.abs(Math.log(one.layers / layers));
  const nearest = measured.reduce((best, one) => (far(one) < far(best) ? one : best));
  const { model, edited, harmless } = nearest;
  return `On the model most like this one that was measured, ${model} of ${nearest.layers} layers, ${share(edited)} edited candidates and ${share(harmless)} harmless ones were called edited, with the edited names among those tried.`;
}

function share([called, of]: readonly [number, number]): string {
  const { low, high } = wilson(called / of, of);
  return `${called} of ${of} (${low.toFixed(2)}-${high.toFixed(2)})`;
}
