import * as l10n from '@vscode/l10n';
import type { CausalTrace } from '../../../src/protocol/causalTrace.ts';
import { magnitude, probability, signed } from '../../../src/text/numbers.ts';
import { visibleToken } from '../../../src/text/visible.ts';
import { streamName } from '../names.ts';
import { strongestOf, TRACED } from './traceMaps.ts';

/** What a trace says besides its maps, each with its name. */
export function traceFacts(trace: CausalTrace): { readonly name: string; readonly value: string }[] {
  const { answer, clean, corrupted, totalEffect, samples, noise, window, subject, tokens } = trace;
  const token = (index: number) => visibleToken(tokens[index]?.text ?? '');
  const drowned = tokens.slice(subject.first, subject.last + 1).map(({ text }) => visibleToken(text));
  const strongest = TRACED.flatMap((kind) => {
    const found = strongestOf(trace, kind);
    if (found === undefined) return [];
    const place = l10n.t('layer {0}, {1}', found.layer, token(found.token));
    return [
      {
        name: l10n.t('Strongest, {0}', streamName(kind)),
        value: `${signed(found.effect)} (${place})`,
      },
    ];
  });
  return [
    { name: l10n.t('Answer'), value: visibleToken(answer.token) },
    { name: l10n.t('Corrupted'), value: drowned.join('') },
    { name: l10n.t('Its probability, clean'), value: probability(clean) },
    { name: l10n.t('With the subject corrupted'), value: probability(corrupted) },
    { name: l10n.t('Total effect'), value: signed(totalEffect) },
    ...strongest,
    { name: l10n.t('Noise, 3σ of the embeddings'), value: magnitude(noise) },
    { name: l10n.t('Averaged over'), value: l10n.t('{0} noise samples', samples) },
    {
      name: l10n.t('Restored together'),
      value: window === 1 ? l10n.t('1 layer') : l10n.t('{0} layers of MLP or attention', window),
    },
  ];
}
