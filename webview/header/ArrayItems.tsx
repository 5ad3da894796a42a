import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { type HeaderPage, ITEMS_AT_ONCE } from '../../src/protocol/headerPage.ts';
import { visible } from '../../src/text/visible.ts';
import type { Host } from '../rpc.ts';
import { Button } from '../ui/Button.tsx';
import { TextField } from '../ui/TextField.tsx';
import { exact } from './format.ts';
import { useRequest } from './useRequest.ts';

interface ArrayItemsProps {
  /** The array's key. */
  readonly name: string;
  /** How many there are. */
  readonly items: number;
  readonly host: Host<HeaderPage>;
}

/** One page of an array's items, fetched from the file, and the ways to the others. Items count from 0. */
export function ArrayItems({ name, items, host }: ArrayItemsProps): VNode {
  const [from, setFrom] = useState(0);
  const [wished, setWished] = useState('');
  const page = useRequest(
    (signal) => host.call('items', { key: name, from }, { signal }),
    [host, name, from],
  );
  const last = Math.min(items, from + ITEMS_AT_ONCE) - 1;
  const go = () => {
    const index = Number(wished);
    if (wished.trim() === '' || !Number.isInteger(index)) return;
    setFrom(Math.floor(Math.min(items - 1, Math.max(0, index)) / ITEMS_AT_ONCE) * ITEMS_AT_ONCE);
  };
  return (
    <div class="items">
      <div class="tools">
        <Button disabled={from === 0} onClick={() => setFrom(from - ITEMS_AT_ONCE)}>
          {l10n.t('Previous')}
        </Button>
        <Button disabled={last === items - 1} onClick={() => setFrom(from + ITEMS_AT_ONCE)}>
          {l10n.t('Next')}
        </Button>
        <span role="status">{l10n.t('Items {0} to {1} of {2}', exact(from), exact(last), exact(items))}</span>
        <TextField
          label={l10n.t('Go to item')}
          placeholder={l10n.t('Go to item')}
          value={wished}
          onInput={setWished}
          onKeyDown={({ key }) => key === 'Enter' && go()}
        />
      </div>
      {page.error !== null && <p class="problem">{page.error}</p>}
      <ol class="mono" start={from} aria-busy={page.value === null && page.error === null}>
        {page.value?.map((item, index) => (
          <li key={index}>
            <span>{from + index}</span> {visible(item)}
          </li>
        ))}
      </ol>
    </div>
  );
}
