import * as l10n from '@vscode/l10n';
import { Fragment, type VNode } from 'preact';
import type { Verified } from '../../src/protocol/provenance.ts';
import { visible } from '../../src/text/visible.ts';
import { DataTable } from '../ui/DataTable.tsx';

/** Whose signature it is, what it declares, and whether that accounts for every byte. */
export function VerifiedView({
  verified: { digest, files, key, certificates, statement, predicate, rebuilt },
}: {
  readonly verified: Verified;
}): VNode {
  const edits = statement?.patches.flatMap((patch) => patch.edits) ?? [];
  return (
    <>
      <p class={rebuilt === false ? 'lead outcome-fails' : 'lead outcome-well'}>
        <span aria-hidden="true">{rebuilt === false ? '✗ ' : '✓ '}</span>
        {rebuilt === false
          ? l10n.t(
              'The signature is valid, but the model is not its base with the declared edits: something else was changed.',
            )
          : rebuilt === true
            ? l10n.t('The signature is valid, and the declared edits account for every byte.')
            : l10n.t('The signature is valid. The model was not built again from its base.')}
      </p>
      <dl class="task-facts">
        <dt>{l10n.t('Digest')}</dt>
        <dd class="mono">{digest}</dd>
        <dt>{l10n.t('Key')}</dt>
        <dd class="mono">{key}</dd>
        {certificates.map(({ subject, fingerprint, validTo }, index) => (
          <Fragment key={fingerprint}>
            <dt>{index === 0 ? l10n.t('Signer') : l10n.t('Authority')}</dt>
            <dd title={fingerprint}>{l10n.t('{0}, valid until {1}', subject, validTo.slice(0, 10))}</dd>
          </Fragment>
        ))}
        <dt>{l10n.t('Files')}</dt>
        <dd>{files}</dd>
        {predicate !== null && (
          <>
            <dt>{l10n.t('Attests')}</dt>
            <dd class="mono">{visible(predicate.type)}</dd>
          </>
        )}
        <dt>{l10n.t('Declares')}</dt>
        <dd>
          {statement === null
            ? l10n.t('no edits')
            : l10n.t('edits of {0}: {1}', visible(statement.base.name), edits.length)}
        </dd>
      </dl>
      {edits.length > 0 && (
        <DataTable
          label={l10n.t('Declared edits')}
          rows={edits}
          columns={[
            { name: l10n.t('Edit'), cell: ({ id }) => visible(id) },
            { name: l10n.t('Subject'), cell: ({ subject }) => visible(subject) },
            { name: l10n.t('Before'), cell: ({ target }) => visible(target.true ?? '–') },
            { name: l10n.t('After'), cell: ({ target }) => visible(target.new) },
            { name: l10n.t('Method'), cell: ({ method }) => visible(method) },
            { name: l10n.t('Layer'), number: true, cell: ({ layer }) => String(layer) },
          ]}
        />
      )}
    </>
  );
}
