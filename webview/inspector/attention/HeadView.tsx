import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { AttentionComparison } from '../../../src/protocol/attention.ts';
import type { Cell } from '../../charts/matrix.ts';
import { share, signed, visibleToken } from '../format.ts';
import { tokensByTokens } from '../maps/axes.ts';
import { Maps } from '../maps/Maps.tsx';
import { chosenIn, type View } from '../savedView.ts';
import { attentionAt, attentionMaps } from './attentionMaps.ts';
import { ReadTable } from './ReadTable.tsx';

interface HeadViewProps {
  readonly comparison: AttentionComparison;
  readonly prompt: string;
  readonly changed: boolean;
  readonly attention: View['attention'];
  readonly onAttention: (change: Partial<View['attention']>) => void;
}

/** One head: how much each token attends to each, as heatmaps or token by token as a table. */
export function HeadView({ comparison, prompt, changed, attention, onAttention }: HeadViewProps): VNode {
  const { spread, zoom, asTable } = attention;
  const shown = changed ? attention.shown : 'both';
  const [hovered, setHovered] = useState<Cell | undefined>(undefined);
  const [pinned, setPinned] = useState<Cell | undefined>(undefined);
  const { tokens } = comparison;
  const axes = useMemo(() => tokensByTokens(tokens.map(({ text }) => visibleToken(text))), [tokens]);
  const maps = useMemo(
    () => attentionMaps(comparison, { shown, spread }, changed),
    [comparison, shown, spread, changed],
  );
  if (asTable) {
    const at = chosenIn(prompt, attention.reading)?.at ?? tokens.length - 1;
    return (
      <ReadTable
        comparison={comparison}
        changed={changed}
        reading={Math.min(at, tokens.length - 1)}
        onReading={(next) => onAttention({ reading: { prompt, at: next } })}
      />
    );
  }
  return (
    <Maps
      maps={maps}
      axes={axes}
      zoom={zoom}
      hovered={hovered}
      pinned={pinned}
      onHover={setHovered}
      onPin={setPinned}
    >
      <AttentionReadout comparison={comparison} changed={changed} cell={hovered ?? pinned} />
    </Maps>
  );
}

interface AttentionReadoutProps {
  readonly comparison: AttentionComparison;
  readonly changed: boolean;
  readonly cell: Cell | undefined;
}

/** The weights of the cell that is pointed at, for the eye and for screen readers. */
function AttentionReadout({ comparison, changed, cell }: AttentionReadoutProps): VNode {
  if (cell === undefined) {
    return (
      <p class="readout muted" role="status">
        {l10n.t('Point at a cell to read it; click, or press Enter, to keep it.')}
      </p>
    );
  }
  const { before, after, difference } = attentionAt(comparison, cell);
  const token = (index: number) => visibleToken(comparison.tokens[index]?.text ?? '');
  return (
    <p class="readout" role="status">
      <span>
        <span class="token-text">{token(cell.row)}</span>{' '}
        <span class="muted">{l10n.t('token {0} reads', cell.row)}</span>{' '}
        <span class="token-text">{token(cell.column)}</span>{' '}
        <span class="muted">{l10n.t('token {0}', cell.column)}</span>
      </span>
      <span class="readout-value">
        <span class="muted">{changed ? l10n.t('before') : l10n.t('attention')}</span> <b>{share(before)}</b>
      </span>
      {changed && (
        <>
          <span class="readout-value">
            <span class="muted">{l10n.t('after')}</span> <b>{share(after)}</b>
          </span>
          <span class="readout-value">
            <span class="muted">{l10n.t('difference')}</span> <b>{signed(difference)}</b>
          </span>
        </>
      )}
    </p>
  );
}
