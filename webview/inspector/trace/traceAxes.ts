import type { CausalTrace } from '../../../src/protocol/causalTrace.ts';
import { visibleToken } from '../../../src/text/visible.ts';
import { type Axes, layersByTokens } from '../maps/axes.ts';

/** Layers and tokens; the tokens that were corrupted have a star, as in ROME's figure. */
export function traceAxes({
  tokens,
  subject,
}: Pick<CausalTrace, 'tokens'> & { readonly subject: CausalTrace['subject'] | null }): Axes {
  const corrupted = (index: number) => subject !== null && index >= subject.first && index <= subject.last;
  return layersByTokens(
    tokens.map(({ text }, index) => `${visibleToken(text)}${corrupted(index) ? '*' : ''}`),
  );
}
