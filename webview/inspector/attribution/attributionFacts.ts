import * as l10n from '@vscode/l10n';
import type { GradientAttribution } from '../../../src/protocol/gradientAttribution.ts';
import { magnitude, probability } from '../../../src/text/numbers.ts';
import { visibleToken } from '../../../src/text/visible.ts';

/** What an attribution says besides its maps, each with its name. */
export function attributionFacts({
  answer,
  probability: p,
  subject,
  tokens,
  lens,
}: GradientAttribution): { readonly name: string; readonly value: string }[] {
  const drowned = tokens.slice(subject?.first ?? 0, (subject?.last ?? -1) + 1);
  return [
    { name: l10n.t('Answer'), value: visibleToken(answer.token) },
    { name: l10n.t('Its probability'), value: probability(p) },
    ...(subject === null
      ? [{ name: l10n.t('States are compared with'), value: l10n.t('zero') }]
      : [
          { name: l10n.t('Corrupted'), value: drowned.map(({ text }) => visibleToken(text)).join('') },
          { name: l10n.t('With the subject corrupted'), value: probability(subject.corrupted) },
          { name: l10n.t('Noise, 3σ of the embeddings'), value: magnitude(subject.noise) },
          { name: l10n.t('Averaged over'), value: l10n.t('{0} noise samples', subject.samples) },
        ]),
    ...(lens === null
      ? []
      : [
          {
            name: l10n.t('Lens averaged over'),
            value: l10n.t('{0} tokens of {1} texts of its own', lens.positions, lens.texts),
          },
        ]),
  ];
}
