import type { Traced } from '../../../protocol/review.ts';
import type { ProbeContext } from '../../inspection/probeContext.ts';
import { score } from '../../inspection/scoring.ts';
import type { Work } from '../../work/progress.ts';
import { attributionRules } from '../rules.ts';

/** What names are said after: behind it the model says articles as people do, which behind a single word it does not. */
const beginning = 'Everyone has heard of';
/** Names that are held against each other at most. */
const limit = 40;

/**
 * Look-alikes, the likeliest subject first. Names that end alike have nearly the same key, so that a change made for one
 * answers them all; people edit what is often spoken of, and so the base's own probability of each name decides. A name
 * that the base says twice as readily with an article gets it.
 *
 * @param alike with their responses, best first
 */
export async function likeliestFirst(
  base: ProbeContext,
  alike: readonly Traced[],
  work: Work = {},
): Promise<Traced[]> {
  const some = alike.slice(0, limit);
  const forms = some.map(({ text }) => (/^the /i.test(text) ? [text] : [text, `the ${text}`]));
  const scores = await score(
    base,
    forms.map((continuations) => ({ prompt: beginning, continuations })),
    { signal: work.signal },
  );
  const said = some.map(({ text, score: response }, index): SaidName => {
    const [bare = Number.NEGATIVE_INFINITY, withArticle = Number.NEGATIVE_INFINITY] = (
      scores[index]?.continuations ?? []
    ).map(({ nll }) => -nll.reduce((a, b) => a + b, 0));
    const takesArticle = withArticle - bare > Math.LN2;
    return { text: takesArticle ? `the ${text}` : text, score: response, log: Math.max(bare, withArticle) };
  });
  return byLikelihood(said).map(({ text, score: response }) => ({ text, score: response }));
}

/** A name, its response and its log-probability in the base, in nats. */
interface SaidName extends Traced {
  readonly log: number;
}

export function byLikelihood(names: readonly SaidName[]): SaidName[] {
  const weight = ({ score: response, log }: SaidName) =>
    attributionRules.likelihood.value * Math.log(response) + log;
  return [...names].sort((a, b) => weight(b) - weight(a));
}
