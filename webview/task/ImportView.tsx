import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { ImportPreview } from '../../src/protocol/tasks.ts';
import { visible } from '../../src/text/visible.ts';
import { DataTable } from '../ui/DataTable.tsx';

/** Rows of a list of what is left out that are shown. */
const limit = 200;

/** What an import would take, and what it would leave out and why. */
export function ImportView({ found }: { readonly found: ImportPreview }): VNode {
  const { count, facts, skipped, dropped, unused } = found;
  const records = count + skipped.length;
  return (
    <>
      <p class="lead">
        {l10n.t('{0} of {1} records can be imported.', count, records)}{' '}
        {skipped.length === 0 && dropped.length === 0
          ? l10n.t('Nothing is left out.')
          : l10n.t('Left out: {0} records, and {1} probes of others.', skipped.length, dropped.length)}
      </p>
      {unused.length > 0 && (
        <p class="muted">{l10n.t('Keys that are not used: {0}', unused.map(visible).join(', '))}</p>
      )}
      <LeftOut title={l10n.t('Records that are left out')} rows={skipped} />
      <LeftOut title={l10n.t('Probes that are left out')} rows={dropped} />
      <h2>{facts.length < count ? l10n.t('The first {0} edits', facts.length) : l10n.t('Edits')}</h2>
      <DataTable
        label={l10n.t('Edits')}
        rows={facts}
        columns={[
          { name: l10n.t('Id'), cell: ({ id }) => visible(id) },
          { name: l10n.t('Fact'), cell: ({ fact }) => visible(fact) },
          { name: l10n.t('Probes'), number: true, cell: ({ probes }) => String(probes) },
        ]}
      />
    </>
  );
}

function LeftOut({
  title,
  rows,
}: {
  readonly title: string;
  readonly rows: ImportPreview['skipped'];
}): VNode | null {
  if (rows.length === 0) return null;
  return (
    <>
      <h2>{title}</h2>
      <DataTable
        label={title}
        rows={rows.slice(0, limit)}
        columns={[
          { name: l10n.t('Record'), cell: ({ index }) => String(index) },
          { name: l10n.t('Line'), number: true, cell: ({ line }) => String(line) },
          { name: l10n.t('Why'), cell: ({ reason }) => visible(reason) },
        ]}
      />
      {rows.length > limit && <p class="muted">{l10n.t('... and {0} more', rows.length - limit)}</p>}
    </>
  );
}
