import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { PatchMeasures as Measures } from '../../src/protocol/editing.ts';
import type { Share } from '../../src/protocol/measures.ts';
import { decimal, exact, figure } from './format.ts';

/** What was measured of the patch as a whole, each figure with its protocol and the number of its cases. */
export function PatchMeasures({ measures }: { readonly measures: Measures | null }): VNode {
  if (measures === null) {
    return (
      <section aria-labelledby="measures">
        <h2 id="measures">{l10n.t('Measures')}</h2>
        <p class="muted">{l10n.t('Nothing was measured when this patch was made.')}</p>
      </section>
    );
  }
  const { counterfact, generationMatch, drift } = measures.summary;
  const shares = [
    { name: l10n.t('Efficacy (ES)'), before: counterfact.before.es, after: counterfact.after.es },
    { name: l10n.t('Paraphrases (PS)'), before: counterfact.before.ps, after: counterfact.after.ps },
    { name: l10n.t('Neighbourhood (NS)'), before: counterfact.before.ns, after: counterfact.after.ns },
  ];
  return (
    <section aria-labelledby="measures">
      <h2 id="measures">{l10n.t('Measures')}</h2>
      <table class="legend">
        <caption class="muted">
          {counterfact.n === 1
            ? l10n.t('{0}, 1 case', counterfact.protocol)
            : l10n.t('{0}, {1} cases', counterfact.protocol, exact(counterfact.n))}
        </caption>
        <thead>
          <tr>
            <th scope="col">{l10n.t('Measure')}</th>
            <th scope="col" class="number">
              {l10n.t('Before')}
            </th>
            <th scope="col" class="number">
              {l10n.t('After')}
            </th>
            <th scope="col">{l10n.t('95 % interval')}</th>
          </tr>
        </thead>
        <tbody>
          {shares.map(({ name, before, after }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="number">{shareOf(before)}</td>
              <td class="number">{shareOf(after)}</td>
              <td class="muted">{after === null ? '' : `${decimal(after.low)} – ${decimal(after.high)}`}</td>
            </tr>
          ))}
          <tr>
            <th scope="row">{l10n.t('Score (S)')}</th>
            <td class="number">{scoreOf(counterfact.before.score)}</td>
            <td class="number">{scoreOf(counterfact.after.score)}</td>
            <td />
          </tr>
        </tbody>
      </table>
      <p class="muted">
        {l10n.t('Generation match {0} ({1}).', shareOf(generationMatch.share), generationMatch.protocol)}{' '}
        {drift !== null &&
          l10n.t(
            'Drift {0} nats over {1} tokens ({2}).',
            figure(drift.meanKl),
            exact(drift.n),
            drift.protocol,
          )}
      </p>
    </section>
  );
}

const scoreOf = (score: number | null): string => (score === null ? '–' : decimal(score, 3));
const shareOf = (share: Share | null): string => scoreOf(share?.value ?? null);
