import { t } from '@vscode/l10n';
import type { VNode } from 'preact';
import type { KeySimilarity } from '../../../src/protocol/editing.ts';
import { Bar } from '../../charts/Bar.tsx';
import { signed, visibleToken } from '../format.ts';

/** How close the neighbours' keys come to the edit's: what the update adds to facts that it is not about. */
export function KeySimilarities({
  similarities,
}: {
  readonly similarities: readonly KeySimilarity[];
}): VNode {
  return (
    <section class="similarities">
      <h3>{t('Keys of the neighbours')}</h3>
      {similarities.length === 0 ? (
        <p class="muted">{t('The edit has no neighbourhood probes to be compared with.')}</p>
      ) : (
        <div class="table-scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">{t('Neighbour')}</th>
                <th scope="col">{t('Token')}</th>
                <th scope="col" title={t('cos(k, k*) at the token where it is largest')}>
                  {t('Cosine')}
                </th>
                <th scope="col" title={t('u·k / u·k*: the share of the edit that is added there')}>
                  {t('Response')}
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
