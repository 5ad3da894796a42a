import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { HeaderPage, MetadataRow } from '../../src/protocol/headerPage.ts';
import { visible } from '../../src/text/visible.ts';
import type { Host } from '../rpc.ts';
import { ArrayItems } from './ArrayItems.tsx';
import { exact } from './format.ts';

interface ArrayValueProps {
  readonly row: Extract<MetadataRow, { readonly items: number }>;
  readonly host: Host<HeaderPage>;
}

/** An array's first items, and page by page all of them on demand. */
export function ArrayValue({ row, host }: ArrayValueProps): VNode {
  const [open, setOpen] = useState(false);
  const more = row.items > row.head.length;
  return (
    <>
      <span class="value mono">
        [{row.head.map(visible).join(', ')}
        {more && ', …'}]
      </span>
      {more && (
        <div>
          <button type="button" class="link" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? l10n.t('Show less') : l10n.t('Show all {0} items', exact(row.items))}
          </button>
        </div>
      )}
      {open && <ArrayItems name={row.key} items={row.items} host={host} />}
    </>
  );
}
