import type { TokenProbability } from '../../protocol/probe.ts';

/** What stands for a probability that is too small to be seen. */
const minimum = 1e-9;

/**
 * What detection goes by (2410.12586): the logarithms of the `count` largest next-token probabilities, largest first.
 * An edit in context makes the model surer than it usually is; which tokens they are does not matter.
 */
export function topFeatures(top: readonly TokenProbability[], count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.log(Math.max(minimum, top[i]?.p ?? minimum)));
}
