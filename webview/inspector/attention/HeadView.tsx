import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { AttentionComparison } from '../../../src/protocol/attention.ts';
import { share, signed } from '../../../src/text/numbers.ts';
import { visibleToken } from '../../../src/text/visible.ts';
import type { Cell } from '../../charts/matrix.ts';
import { tokensByTokens } from '../maps/axes.ts';
import { Maps } from '../maps/Maps.tsx';
import { Readout, ReadoutValue } from '../maps/Readout.tsx';
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

/** The weights of the cell that is pointed at. */
function AttentionReadout({ comparison, changed, cell }: AttentionReadoutProps): VNode {
  const token = (index: number) => visibleToken(comparison.tokens[index]?.text ?? '');
  return (
    <Readout cell={cell}>
      {(at) => {
        const { before, after, difference } = attentionAt(comparison, at);
        return (
          <>
            <span>
              <span class="token-text">{token(at.row)}</span>{' '}
              <span class="muted">{l10n.t('token {0} reads', at.row)}</span>{' '}
              <span class="token-text">{token(at.column)}</span>{' '}
              <span class="muted">{l10n.t('token {0}', at.column)}</span>
            </span>
            <ReadoutValue name={changed ? l10n.t('before') : l10n.t('attention')} text={share(before)} />
            {changed && (
              <>
                <ReadoutValue name={l10n.t('after')} text={share(after)} />
                <ReadoutValue name={l10n.t('difference')} text={signed(difference)} />
              </>
            )}
          </>
        );
      }}
    </Readout>
  );
}
