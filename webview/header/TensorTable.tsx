import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { TensorColumns } from '../../src/protocol/headerPage.ts';
import { Dropdown } from '../ui/Dropdown.tsx';
import { TextField } from '../ui/TextField.tsx';
import { CopyButton } from './CopyButton.tsx';
import { exact } from './format.ts';
import { TensorGrid } from './TensorGrid.tsx';
import { elementsOf, shapeOf, type TensorQuery, tensorRows, typeOf } from './tensorRows.ts';

interface TensorTableProps {
  readonly tensors: TensorColumns;
  /** Of a split model, which `parts` counts into. */
  readonly files: readonly string[];
  readonly query: TensorQuery;
  readonly onQuery: (query: TensorQuery) => void;
  /** Called with the name of the tensor whose values are to be shown. */
  readonly onOpen: (name: string) => void;
}

/** The tensors, to be searched by words of their names and by type. */
export function TensorTable({ tensors, files, query, onQuery, onOpen }: TensorTableProps): VNode {
  const rows = useMemo(() => tensorRows(tensors, query), [tensors, query]);
  const everything = tensors.names.length;
  if (everything === 0) return <p class="empty">{l10n.t('This file has no tensors.')}</p>;
  return (
    <div class="filled">
      <div class="tools">
        <TextField
          label={l10n.t('Search the tensors')}
          placeholder={l10n.t('Search names, such as "blk.3 down"')}
          value={query.search}
          onInput={(search) => onQuery({ ...query, search })}
        />
        <Dropdown
          label={l10n.t('Type')}
          value={query.type}
          options={[
            { value: '', text: l10n.t('All types') },
            ...[...tensors.typeNames].sort().map((type) => ({ value: type, text: type })),
          ]}
          onChange={(type) => onQuery({ ...query, type })}
        />
        <span class="muted" role="status">
          {l10n.t('{0} of {1} tensors', exact(rows.length), exact(everything))}
        </span>
        <CopyButton
          label={l10n.t('Copy these tensors as tab-separated text')}
          text={() => asText(tensors, rows)}
        >
          {l10n.t('Copy')}
        </CopyButton>
      </div>
      {rows.length === 0 ? (
        <p class="empty">{l10n.t('No tensor has such a name and type.')}</p>
      ) : (
        <TensorGrid
          tensors={tensors}
          files={files}
          rows={rows}
          sort={query.sort}
          onSort={(sort) => onQuery({ ...query, sort })}
          onOpen={(tensor) => onOpen(tensors.names[tensor] ?? '')}
        />
      )}
    </div>
  );
}

function asText(tensors: TensorColumns, rows: Uint32Array): string {
  const lines = Array.from(rows, (index) =>
    [
      tensors.names[index],
      typeOf(tensors, index),
      shapeOf(tensors, index),
      elementsOf(tensors, index),
      tensors.bytes[index],
      tensors.offsets[index],
    ].join('\t'),
  );
  return ['name\ttype\tshape\telements\tbytes\toffset', ...lines].join('\n');
}
