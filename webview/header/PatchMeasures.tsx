import * as l10n from '@vscode/l10n';
import { Fragment, type VNode } from 'preact';
import type { Counterfact, Share } from '../../src/protocol/measures.ts';
import type { PatchMeasures as Measures } from '../../src/protocol/patches.ts';
import { count, magnitude, share } from '../../src/text/numbers.ts';

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
  const others = Object.entries(measures.others);
  return (
    <section aria-labelledby="measures">
      <h2 id="measures">{l10n.t('Measures')}</h2>
      {counterfact !== null && <CounterfactTable counterfact={counterfact} />}
      <p class="muted">
        {generationMatch !== null &&
          l10n.t(
            'Generation match {0} ({1}).',
            shareOf(generationMatch.share),
            generationMatch.protocol,
          )}{' '}
        {drift !== null &&
          l10n.t(
            'Drift {0} nats over {1} tokens ({2}).',
            magnitude(drift.meanKl),
            count(drift.n),
            drift.protocol,
          )}
      </p>
      {others.length > 0 && (
        <>
          <p class="muted">{l10n.t('Measures of another version:')}</p>
          <dl class="pairs">
            {others.map(([name, value]) => (
              <Fragment key={name}>
                <dt>{name}</dt>
                <dd class="mono">{JSON.stringify(value)}</dd>
              </Fragment>
            ))}
          </dl>
        </>
      )}
    </section>
  );
}

function CounterfactTable({ counterfact }: { readonly counterfact: Counterfact }): VNode {
  const { protocol, n, before, after } = counterfact;
  const shares = [
    { name: l10n.t('Efficacy (ES)'), before: before.es, after: after.es },
    { name: l10n.t('Paraphrases (PS)'), before: before.ps, after: after.ps },
    { name: l10n.t('Neighborhood (NS)'), before: before.ns, after: after.ns },
  ];
  return (
    <table class="legend">
      <caption class="muted">
        {n === 1 ? l10n.t('{0}, 1 case', protocol) : l10n.t('{0}, {1} cases', protocol, count(n))}
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
        {shares.map((row) => (
          <tr key={row.name}>
            <th scope="row">{row.name}</th>
            <td class="number">{shareOf(row.before)}</td>
            <td class="number">{shareOf(row.after)}</td>
            <td class="muted">
              {row.after === null ? '' : `${share(row.after.low)} – ${share(row.after.high)}`}
            </td>
          </tr>
        ))}
        <tr>
          <th scope="row">{l10n.t('Score (S)')}</th>
          <td class="number">{share(before.score)}</td>
          <td class="number">{share(after.score)}</td>
          <td />
        </tr>
      </tbody>
    </table>
  );
}

const shareOf = (found: Share | null): string => share(found?.value);
