import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { AttentionComparison } from '../../../src/protocol/attention.ts';
import { share, signed } from '../../../src/text/numbers.ts';
import { visibleToken } from '../../../src/text/visible.ts';
import { ValueTable } from '../maps/ValueTable.tsx';
import { Radios } from '../shell/Radios.tsx';
import { attentionAt } from './attentionMaps.ts';

interface ReadTableProps {
  readonly comparison: AttentionComparison;
  readonly changed: boolean;
  /** The token whose attention is listed. */
  readonly reading: number;
  readonly onReading: (position: number) => void;
}

/** What one token attends to, a row for each token up to itself; none looks ahead. */
export function ReadTable({ comparison, changed, reading, onReading }: ReadTableProps): VNode {
  const [pinned, setPinned] = useState(-1);
  const labels = comparison.tokens.map(({ text }) => visibleToken(text));
  const values = changed ? [l10n.t('Before'), l10n.t('After'), l10n.t('Difference')] : [l10n.t('Attention')];
  return (
    <>
      <Radios
        label={l10n.t('Token that reads')}
        class="tokens"
        options={labels.map((content) => ({ content }))}
        chosen={reading}
        onChoose={onReading}
      />
      <ValueTable
        label={l10n.t('What token {0} attends to', reading)}
        columns={[l10n.t('Token that is read'), ...values]}
        count={reading + 1}
        rowOf={(column) => {
          const { before, after, difference } = attentionAt(comparison, { row: reading, column });
          const token = (
            <>
              {labels[column]} <span class="muted">{column}</span>
            </>
          );
          return changed ? [token, share(before), share(after), signed(difference)] : [token, share(before)];
        }}
        pinned={Math.min(pinned, reading)}
        page={10}
        onPin={setPinned}
      />
    </>
  );
}
