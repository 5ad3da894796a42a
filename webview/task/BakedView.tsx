import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { Baked } from '../../src/protocol/patches.ts';
import { shownPrompt } from '../../src/protocol/promptWords.ts';
import { bytes, magnitude, probability } from '../../src/text/numbers.ts';
import { visible } from '../../src/text/visible.ts';
import { DataTable } from '../ui/DataTable.tsx';

/** What was written: what each type could hold of the change, and what the checkpoint says when it is read again. */
export function BakedView({
  baked: { out, bytes: size, digest, tensors, probes },
}: {
  readonly baked: Baked;
}): VNode {
  const changed = probes.filter((probe) => probe.changed).length;
  return (
    <>
      <p class="lead">
        {l10n.t('Written: {0} ({1}).', visible(out), bytes(size))}{' '}
        {probes.length > 0 &&
          l10n.t(
            'When loaded, it answers {0} of {1} probes differently from the base.',
            changed,
            probes.length,
          )}
      </p>
      <p class="muted mono">{digest}</p>
      <h2>{l10n.t('Tensors')}</h2>
      <DataTable
        label={l10n.t('Tensors that were changed')}
        rows={tensors}
        columns={[
          { name: l10n.t('Tensor'), cell: ({ name }) => visible(name) },
          { name: l10n.t('Type'), cell: ({ type }) => type },
          {
            name: '‖ΔW‖/‖W‖',
            hint: l10n.t('The change that the patches request'),
            number: true,
            cell: ({ change }) => magnitude(change),
          },
          {
            name: l10n.t('Loss'),
            hint: l10n.t(
              '‖stored − wanted‖ / ‖ΔW‖: the part of the change that the type could not represent',
            ),
            number: true,
            cell: ({ loss }) => magnitude(loss),
          },
        ]}
      />
      {probes.length > 0 && (
        <>
          <h2>{l10n.t('Probes')}</h2>
          <DataTable
            label={l10n.t('What the base and the checkpoint say')}
            rows={probes}
            columns={[
              { name: l10n.t('Prompt'), cell: ({ probe }) => visible(shownPrompt(probe.prompt)) },
              { name: l10n.t('Kind'), cell: ({ probe }) => probe.kind },
              { name: l10n.t('Base'), cell: ({ before }) => likeliest(before.top[0]) },
              { name: l10n.t('Checkpoint'), cell: ({ after }) => likeliest(after.top[0]) },
              { name: l10n.t('KL (nats)'), number: true, cell: ({ kl }) => magnitude(kl) },
            ]}
          />
        </>
      )}
    </>
  );
}

const likeliest = (token: { readonly token: string; readonly p: number } | undefined): string =>
  token === undefined ? '–' : `${visible(token.token)} ${probability(token.p)}`;
