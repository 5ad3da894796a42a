import { t } from '@vscode/l10n';
import type { VNode } from 'preact';
import type { PatchInfo } from '../../src/protocol/editing.ts';
import { CopyButton } from './CopyButton.tsx';
import { exact } from './format.ts';
import { Hyperparameters } from './Hyperparameters.tsx';
import { PatchedEdit } from './PatchedEdit.tsx';
import { PatchMeasures } from './PatchMeasures.tsx';

/** What a patch changes: its facts, what they were computed with and on, and what was measured of them. */
export function PatchView({ patch }: { readonly patch: PatchInfo }): VNode {
  const { description, tensors, alpha } = patch;
  return (
    <div class="overview">
      {description === null ? (
        <p class="hint">
          {t('This adapter was made elsewhere: it carries no description of what it changes, or why.')}
        </p>
      ) : (
        <>
          <section aria-labelledby="edits">
            <h2 id="edits">
              {description.edits.length === 1 ? t('1 edit') : t('{0} edits', exact(description.edits.length))}
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
            <h2 id="base">{t('Base')}</h2>
            <dl class="pairs">
              <dt>{t('Model')}</dt>
              <dd>{description.base.name}</dd>
              <dt>{t('Architecture')}</dt>
              <dd>{description.base.architecture}</dd>
              <dt>{t('Digest')}</dt>
              <dd>
                <span class="value mono">{description.base.digest}</span>{' '}
                <CopyButton label={t('Copy the digest')} text={() => description.base.digest}>
                  {t('Copy')}
                </CopyButton>
              </dd>
              <dt>{t('Made by')}</dt>
              <dd>{description.tool}</dd>
            </dl>
          </section>
          <Hyperparameters values={description.hyperparameters} />
        </>
      )}
      <section aria-labelledby="targets">
        <h2 id="targets">{t('What it changes')}</h2>
        <table class="legend">
          <thead>
            <tr>
              <th scope="col">{t('Tensor')}</th>
              <th scope="col" class="number">
                {t('Rank')}
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
        {alpha !== null && <p class="muted">{t('alpha {0}', exact(alpha))}</p>}
      </section>
    </div>
  );
}
