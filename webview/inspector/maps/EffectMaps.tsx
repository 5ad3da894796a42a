import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { signed } from '../../../src/text/numbers.ts';
import type { Cell } from '../../charts/matrix.ts';
import type { Axes } from './axes.ts';
import type { DrawnMaps } from './drawnMaps.ts';
import { type EffectRows, EffectTable } from './EffectTable.tsx';
import { Maps } from './Maps.tsx';
import { Readout, ReadoutValue } from './Readout.tsx';

interface EffectMapsProps {
  /** What the table is called. */
  readonly label: string;
  readonly effects: readonly EffectRows[];
  readonly maps: DrawnMaps;
  readonly axes: Axes;
  readonly zoom: number;
  readonly asTable: boolean;
}

/** Effects of states by layer and token: heatmaps on one scale with a readout, or a table. */
export function EffectMaps({ label, effects, maps, axes, zoom, asTable }: EffectMapsProps): VNode {
  const [hovered, setHovered] = useState<Cell | undefined>(undefined);
  const [pinned, setPinned] = useState<Cell | undefined>(undefined);
  const labels = axes.columnLabels;
  if (asTable) {
    return <EffectTable label={label} effects={effects} labels={labels} pinned={pinned} onPin={setPinned} />;
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
      <Readout cell={hovered ?? pinned}>
        {({ row, column }) => (
          <>
            <span>
              {l10n.t('Layer {0}', row)} · <span class="token-text">{labels[column]}</span>{' '}
              <span class="muted">{l10n.t('token {0}', column)}</span>
            </span>
            {effects.map(({ name, rows }) => (
              <ReadoutValue key={name} name={name} text={signed(rows[row]?.[column])} />
            ))}
          </>
        )}
      </Readout>
    </Maps>
  );
}
