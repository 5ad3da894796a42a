import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { PatchInfo } from '../../src/protocol/patches.ts';
import { visible } from '../../src/text/visible.ts';
import { CopyButton } from './CopyButton.tsx';
import { exact } from './format.ts';
import { Hyperparameters } from './Hyperparameters.tsx';
import { PatchedEdit } from './PatchedEdit.tsx';
import { PatchMeasures } from './PatchMeasures.tsx';

/** What a patch changes: its facts, what they were computed with and on, and what was measured of them. */
export function PatchView({ patch }: { readonly patch: PatchInfo }): VNode {
  const { description, tensors, alpha, warnings } = patch;
  return (
    <div class="overview">
      {warnings.map((warning) => (
        <p key={warning} class="hint">
          {warning}
        </p>
      ))}
      {description === null ? (
        <p class="hint">
          {l10n.t(
            'This adapter was made by another program: it has no description of what it changes, or why.',
          )}
        </p>
      ) : (
        <>
          <section aria-labelledby="edits">
            <h2 id="edits">
              {description.edits.length === 1
                ? l10n.t('1 edit')
                : l10n.t('{0} edits', exact(description.edits.length))}
            </h2>
            {description.edits.map((edit) => (
              <PatchedEdit
                key={edit.id}
                edit={edit}
                measured={description.measures?.edits.find(({ id }) => id === edit.id) ?? null}
              />
            ))}
          </section>
          <PatchMeasures measures={description.measures} />
          <section aria-labelledby="base">
            <h2 id="base">{l10n.t('Base')}</h2>
            <dl class="pairs">
              <dt>{l10n.t('Model')}</dt>
              <dd>{visible(description.base.name)}</dd>
              <dt>{l10n.t('Architecture')}</dt>
              <dd>{visible(description.base.architecture)}</dd>
              <dt>{l10n.t('Digest')}</dt>
              <dd>
                <span class="value mono">{visible(description.base.digest)}</span>{' '}
                <CopyButton label={l10n.t('Copy the digest')} text={() => description.base.digest}>
                  {l10n.t('Copy')}
                </CopyButton>
              </dd>
              <dt>{l10n.t('Made by')}</dt>
              <dd>{visible(description.tool)}</dd>
            </dl>
          </section>
          <Hyperparameters values={description.hyperparameters} />
        </>
      )}
      <section aria-labelledby="targets">
        <h2 id="targets">{l10n.t('What it changes')}</h2>
        <table class="legend">
          <thead>
            <tr>
              <th scope="col">{l10n.t('Tensor')}</th>
              <th scope="col" class="number">
                {l10n.t('Rank')}
              </th>
            </tr>
          </thead>
          <tbody>
            {tensors.map(({ target, rank }) => (
              <tr key={target}>
                <th scope="row" class="mono">
                  {target}
                </th>
                <td class="number">{exact(rank)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {alpha !== null && <p class="muted">{l10n.t('alpha {0}', exact(alpha))}</p>}
      </section>
    </div>
  );
}
