import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { Finding } from '../../src/protocol/review.ts';
import { magnitude } from '../../src/text/numbers.ts';
import { visible } from '../../src/text/visible.ts';

/** The rows of a matrix that were rewritten, the furthest first, of a table of tokens with their tokens. */
export function RewrittenRows({ rows }: Pick<Finding, 'rows'>): VNode {
  const ofTokens = rows.some(({ token }) => token !== null);
  return (
    <table class="rewritten-rows">
      <caption>{l10n.t('Rows that were rewritten')}</caption>
      <thead>
        <tr>
          <th scope="col" class="number">
            {l10n.t('Row')}
          </th>
          {ofTokens && <th scope="col">{l10n.t('Token')}</th>}
          <th scope="col" class="number">
            ‖ΔW‖/‖W‖
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ row, token, relative }) => (
          <tr key={row}>
            <td class="number">{row}</td>
            {ofTokens && <td class="mono">{visible(token ?? '')}</td>}
            <td class="number">{magnitude(relative)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
