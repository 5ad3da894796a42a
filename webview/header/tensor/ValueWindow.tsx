import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { HeaderPage } from '../../../src/protocol/headerPage.ts';
import type { ValueStatistics } from '../../../src/protocol/tensors.ts';
import { magnitude } from '../../../src/text/numbers.ts';
import type { Host } from '../../rpc.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { useRequest } from '../useRequest.ts';

interface ValueWindowProps {
  readonly host: Host<HeaderPage>;
  readonly name: string;
  readonly base: string | null;
  readonly statistics: ValueStatistics;
}

/** Some of the values, from a row and a column on that one chooses. */
export function ValueWindow({
  host,
  name,
  base,
  statistics: { rows, columns, elements },
}: ValueWindowProps): VNode {
  const [row, setRow] = useState('0');
  const [column, setColumn] = useState('0');
  const height = rows?.count ?? 1;
  const width = columns?.count ?? elements;
  const place = { row: within(row, height), column: within(column, width) };
  const { value, error } = useRequest(
    (signal) => host.call('tensorWindow', { name, base, ...place }, { signal }),
    [host, name, base, place.row, place.column],
  );
  return (
    <section class="tensor-window" aria-label={l10n.t('Sample of values')}>
      <div class="tools">
        <h3>{l10n.t('Values from')}</h3>
        {height > 1 && (
          <span>
            {l10n.t('row')}{' '}
            <TextField label={l10n.t('First row, 0 to {0}', height - 1)} value={row} onInput={setRow} />
          </span>
        )}
        <span>
          {l10n.t('column')}{' '}
          <TextField label={l10n.t('First column, 0 to {0}', width - 1)} value={column} onInput={setColumn} />
        </span>
      </div>
      {error !== null && (
        <p class="problem" role="alert">
          {error}
        </p>
      )}
      {value !== null && (
        <DataTable
          label={l10n.t('Values by row and column')}
          rows={value.values.map((values, index) => ({ row: value.row + index, values }))}
          columns={[
            { name: l10n.t('Row'), cell: ({ row: number }) => String(number) },
            ...(value.values[0] ?? []).map((_, index) => ({
              name: String(value.column + index),
              number: true,
              cell: ({ values }: { readonly values: readonly number[] }) => magnitude(values[index]),
            })),
          ]}
        />
      )}
    </section>
  );
}

/** The number that was typed, as far as there are so many; the first of all where it is none. */
function within(text: string, count: number): number {
  const number = Number(text);
  return Number.isInteger(number) ? Math.min(count - 1, Math.max(0, number)) : 0;
}
