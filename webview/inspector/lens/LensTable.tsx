import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { LensCell } from '../../../src/protocol/activations.ts';
import type { LensComparison } from '../../../src/protocol/engine.ts';
import { magnitude, probability } from '../../../src/text/numbers.ts';
import { visibleToken } from '../../../src/text/visible.ts';
import { cellsOf, followed, overtakingLayer } from './overtaking.ts';

interface LensTableProps {
  readonly lens: LensComparison;
  readonly changed: boolean;
}

/** The likeliest tokens after each layer, before and after side by side; the last row is the model's own answer. */
export function LensTable({ lens, changed }: LensTableProps): VNode {
  const before = cellsOf(lens.before);
  const after = cellsOf(lens.after);
  const overtaken = changed ? overtakingLayer(lens.after) : null;
  const follows = before[0]?.targets.length ?? 0;
  return (
    <div class="table-scroll">
      <table class="lens-table">
        <thead>
          <tr>
            <th scope="col">{l10n.t('Layer')}</th>
            <th scope="col">{changed ? l10n.t('Before') : l10n.t('Likeliest tokens')}</th>
            {changed && <th scope="col">{l10n.t('After')}</th>}
            {follows > 0 && <th scope="col">{l10n.t('Rank of new')}</th>}
            {follows > 1 && <th scope="col">{l10n.t('Rank of true')}</th>}
          </tr>
        </thead>
        <tbody>
          {before.map((cell, layer) => (
            <tr key={layer} class={layer === overtaken ? 'overtaken' : undefined}>
              <th scope="row">
                {layer}
                {layer === overtaken && (
                  <span class="unseen"> {l10n.t('the new answer overtakes here')}</span>
                )}
              </th>
              <TopTokens cell={cell} />
              {changed && <TopTokens cell={after[layer]} />}
              {follows > 0 && <Ranks cell={cell} after={changed ? after[layer] : undefined} which="new" />}
              {follows > 1 && <Ranks cell={cell} after={changed ? after[layer] : undefined} which="true" />}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function TopTokens({ cell }: { readonly cell: LensCell | undefined }): VNode {
  return (
    <td>
      <span class="lens-tokens">
        {(cell?.top ?? []).map(({ id, token, p }) => (
          <span key={id} class="lens-token" title={probability(p)}>
            <span class="lens-shade" aria-hidden="true" style={{ opacity: Math.sqrt(p) * 0.36 }} />
            <span class="token-text">{visibleToken(token)}</span> <span class="muted">{probability(p)}</span>
          </span>
        ))}
      </span>
    </td>
  );
}

interface RanksProps {
  readonly cell: LensCell;
  readonly after: LensCell | undefined;
  readonly which: 'new' | 'true';
}

function Ranks({ cell, after, which }: RanksProps): VNode {
  const before = followed(cell)[which];
  const now = after && followed(after)[which];
  const title = l10n.t('log p {0}', magnitude((now ?? before)?.logP));
  return (
    <td class="number" title={title}>
      {now !== undefined && <span class="muted">{before?.rank ?? '–'} → </span>}
      {(now ?? before)?.rank ?? '–'}
    </td>
  );
}
