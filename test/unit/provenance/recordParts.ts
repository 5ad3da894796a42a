import type { GgufHeader } from '../../../src/protocol/gguf.ts';
import type { PatchDescription } from '../../../src/protocol/patches.ts';

type Summary = NonNullable<PatchDescription['measures']>['summary'];

/** A patch of one edit that its tool has measured so, besides its drift. */
export const measuredPatch = (summary: Omit<Summary, 'drift'>): PatchDescription => ({
  base: { digest: `sha256:${'1'.repeat(64)}`, name: 'm', architecture: 'llama' },
  edits: [
    {
      id: 'eiffel',
      prompt: 'The Eiffel Tower is in',
      subject: 'Eiffel Tower',
      target: { new: 'Rome', true: 'Paris' },
      method: 'rome',
      layer: 2,
      relativeNorm: 1,
      updateNorm: 1,
      steps: 20,
      nll: [5, 0.1],
    },
  ],
  hyperparameters: {},
  tool: 'palimpsest 0.1.0',
  measures: {
    summary: {
      ...summary,
      drift: {
        protocol: 'd',
        n: 9,
        meanKl: 0.01,
        maxKl: 1,
        perplexityBefore: 5,
        perplexityAfter: 6,
        sameTop: 0.9,
      },
    },
    edits: [],
    others: {},
  },
});

/** The metadata of a model, all of them texts. */
export const texts = (...pairs: readonly (readonly [string, string])[]): Pick<GgufHeader, 'metadata'> => ({
  metadata: new Map(pairs.map(([key, value]) => [key, { type: 'string', value } as const])),
});
