import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { HeaderPage, MetadataRow } from '../../src/protocol/headerPage.ts';
import { visibleLines } from '../../src/text/visible.ts';
import type { Host } from '../rpc.ts';
import { exact } from './format.ts';
import { useRequest } from './useRequest.ts';

/** Characters of a text that stand in the table. */
const SHORT = 300;

interface TextValueProps {
  readonly row: Extract<MetadataRow, { readonly text: string }>;
  readonly host: Host<HeaderPage>;
}

/** A number or a text. Of a long one the beginning is shown, and all of it on demand. */
export function TextValue({ row, host }: TextValueProps): VNode {
  const [open, setOpen] = useState(false);
  const cut = row.text.length < row.length;
  const whole = useRequest(
    (signal) => (open && cut ? host.call('text', { key: row.key }, { signal }) : Promise.resolve(row.text)),
    [host, open, row],
  );
  const text = open ? (whole.value ?? row.text) : row.text.slice(0, SHORT);
  return (
    <>
      <span class="value mono">
        {visibleLines(text)}
        {text.length < row.length && '…'}
      </span>
      {whole.error !== null && <p class="problem">{whole.error}</p>}
      {row.length > SHORT && (
        <div>
          <button type="button" class="link" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? l10n.t('Show less') : l10n.t('Show all {0} characters', exact(row.length))}
          </button>
        </div>
      )}
    </>
  );
}
