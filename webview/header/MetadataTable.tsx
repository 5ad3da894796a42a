import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { HeaderPage, MetadataRow } from '../../src/protocol/headerPage.ts';
import { visible } from '../../src/text/visible.ts';
import type { Host } from '../rpc.ts';
import { Button } from '../ui/Button.tsx';
import { Scrolled } from '../ui/Scrolled.tsx';
import { TextField } from '../ui/TextField.tsx';
import { ArrayValue } from './ArrayValue.tsx';
import { exact } from './format.ts';
import { TextValue } from './TextValue.tsx';

/** Rows drawn at a time: real headers have fewer, hostile ones tens of thousands. */
const AT_ONCE = 500;

interface MetadataTableProps {
  readonly rows: readonly MetadataRow[];
  readonly host: Host<HeaderPage>;
  readonly search: string;
  readonly onSearch: (search: string) => void;
}

/** Every key with its type and value; long values open on demand. */
export function MetadataTable({ rows, host, search, onSearch }: MetadataTableProps): VNode {
  const [most, setMost] = useState(AT_ONCE);
  const words = search.toLowerCase().split(/\s+/);
  const found = rows.filter((row) => words.every((word) => textOf(row).includes(word)));
  return (
    <div class="filled">
      <div class="tools">
        <TextField
          label={l10n.t('Search the metadata')}
          placeholder={l10n.t('Search keys and values')}
          value={search}
          onInput={onSearch}
        />
        <span class="muted" role="status">
          {l10n.t('{0} of {1} keys', exact(found.length), exact(rows.length))}
        </span>
      </div>
      <Scrolled label={l10n.t('Metadata')}>
        {found.length === 0 && <p class="empty">{l10n.t('No key and no value contains "{0}".', search)}</p>}
        {found.length > 0 && (
          <table class="metadata">
            <thead>
              <tr>
                <th scope="col">{l10n.t('Key')}</th>
                <th scope="col">{l10n.t('Type')}</th>
                <th scope="col">{l10n.t('Value')}</th>
              </tr>
            </thead>
            <tbody>
              {found.slice(0, most).map((row) => (
                <tr key={row.key}>
                  <th scope="row" class="mono">
                    {visible(row.key)}
                  </th>
                  <td class="muted mono">{'items' in row ? `${row.type}[${exact(row.items)}]` : row.type}</td>
                  <td>
                    {'items' in row ? (
                      <ArrayValue row={row} host={host} />
                    ) : (
                      <TextValue row={row} host={host} />
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {found.length > most && (
          <Button onClick={() => setMost(most + AT_ONCE)}>
            {l10n.t('Show {0} more', exact(Math.min(AT_ONCE, found.length - most)))}
          </Button>
        )}
      </Scrolled>
    </div>
  );
}

function textOf(row: MetadataRow): string {
  return `${row.key} ${'items' in row ? row.head.join(' ') : row.text}`.toLowerCase();
}
