import type { GradientAttribution } from '../../protocol/gradientAttribution.ts';
import { STREAMS } from '../../protocol/streams.ts';
import { subjectNoise } from '../inspection/subjectNoise.ts';
import { at } from '../numeric/at.ts';
import { mean } from '../numeric/mean.ts';
import type { Work } from '../work/progress.ts';
import type { AllStates, StateGradients } from './stateGradients.ts';

type Attributed = GradientAttribution['attributed'];

interface Accounted {
  readonly account: Pick<GradientAttribution, 'attributed' | 'probability' | 'subject'>;
  /** The states of the prompt as it is. */
  readonly clean: AllStates;
}

/**
 * Gradient · activation (Shrikumar et al. 2016, arXiv 1605.01713) of the logit of `token` after the prompt: what each
 * state gives to it, to first order; one pass forward and one backward for all of them. (The log-probability of an
 * answer that is all but certain has next to no gradient.) Where the final norm divides by the length of the stream, the
 * last states of the stream give nothing, since their length does not count: what counts is what MLPs and attention add.
 *
 * @param states of one sequence
 */
export async function gradientTimesActivation(
  states: StateGradients,
  token: number,
  work: Work = {},
): Promise<Accounted> {
  const run = await states.evaluate({ token, as: 'logit', after: 'last' }, work);
  const attributed = zeros(states);
  addProducts(attributed, run.states, states.width, (value) => value);
  return { account: { attributed, probability: run.probability, subject: null }, clean: run.states };
}

/**
 * Attribution patching (Syed et al. 2023, arXiv 2310.10348) as the first order of a causal trace: in a run whose subject
 * is drowned in the trace's own noise, restoring a state brings back gradient · (clean − corrupted) of the probability
 * of `token`, averaged over noises. One pass forward and one backward for each.
 *
 * @param states of one sequence
 * @param span the first and the last token of the subject
 */
export async function attributionPatching(
  states: StateGradients,
  token: number,
  span: { readonly first: number; readonly last: number },
  samples: number,
  work: Work = {},
): Promise<Accounted> {
  const { tokens, width, embeddings } = states;
  const clean = await states.evaluate({ token, as: 'logP', after: 'last' }, work);
  const { noise, noises } = subjectNoise(embeddings, (span.last - span.first + 1) * width, samples);
  const attributed = zeros(states);
  const corrupted: number[] = [];
  for (const [sample, drowning] of noises.entries()) {
    work.report?.('reading corrupted runs', sample / samples);
    const added = new Float32Array(tokens * width);
    added.set(drowning, span.first * width);
    const run = await states.evaluate({ token, as: 'logP', after: 'last' }, work, added);
    const { probability: p } = run;
    corrupted.push(p);
    addProducts(attributed, run.states, width, (value, stream, layer, index) => {
      const before = at(clean.states[stream], layer).values[index] as number;
      // d p = p d log p
      return ((before - value) * p) / samples;
    });
  }
  const subject = { ...span, corrupted: mean(corrupted), samples, noise };
  return { account: { attributed, probability: clean.probability, subject }, clean: clean.states };
}

const zeros = ({ layers, tokens }: StateGradients): Attributed => {
  const grid = () => Array.from({ length: layers }, () => new Array<number>(tokens).fill(0));
  return { residual: grid(), mlp: grid(), attention: grid() };
};

/** Adds gradient · `of` each value to every state's sum. */
function addProducts(
  sums: Attributed,
  states: AllStates,
  width: number,
  of: (value: number, stream: keyof Attributed, layer: number, index: number) => number,
): void {
  for (const stream of STREAMS) {
    for (const [layer, { values, gradient }] of states[stream].entries()) {
      const row = at(sums[stream], layer);
      for (let i = 0; i < values.length; i++) {
        const token = Math.floor(i / width);
        const product = (gradient[i] as number) * of(values[i] as number, stream, layer, i);
        row[token] = (row[token] as number) + product;
      }
    }
  }
}
