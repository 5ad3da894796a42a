import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { KeySimilarity } from '../../../src/protocol/editing.ts';
import { signed } from '../../../src/text/numbers.ts';
import { visibleToken } from '../../../src/text/visible.ts';
import { Bar } from '../../charts/Bar.tsx';

/** How close the neighbours' keys come to the edit's: what the update adds to facts that it is not about. */
export function KeySimilarities({
  similarities,
}: {
  readonly similarities: readonly KeySimilarity[];
}): VNode {
  return (
    <section class="similarities">
      <h3>{l10n.t('Keys of the neighbors')}</h3>
      {similarities.length === 0 ? (
        <p class="muted">{l10n.t('The edit has no neighborhood probes to compare with.')}</p>
      ) : (
        <div class="table-scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">{l10n.t('Neighbor')}</th>
                <th scope="col">{l10n.t('Token')}</th>
                <th scope="col" title={l10n.t('cos(k, k*) at the token where it is largest')}>
                  {l10n.t('Cosine')}
                </th>
                <th scope="col" title={l10n.t('u·k / u·k*: the share of the edit that is added there')}>
                  {l10n.t('Response')}
                </th>
              </tr>
            </thead>
            <tbody>
              {similarities.map(({ prompt, token, cosine, response }, index) => (
                <tr key={index}>
                  <td>{prompt}</td>
                  <td class="token-text">{visibleToken(token)}</td>
                  <td class="number">
                    <Bar share={Math.abs(cosine)} tone="before" /> {signed(cosine)}
                  </td>
                  <td class="number">
                    <Bar share={Math.abs(response)} tone="after" /> {signed(response)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
