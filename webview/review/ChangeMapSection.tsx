import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useCallback, useMemo, useState } from 'preact/hooks';
import type { Reviewed } from '../../src/protocol/review.ts';
import { magnitude, round } from '../../src/text/numbers.ts';
import { Heatmap } from '../charts/Heatmap.tsx';
import { Legend } from '../charts/Legend.tsx';
import type { Cell } from '../charts/matrix.ts';
import { ChangedTensors } from './ChangedTensors.tsx';
import { changeMap } from './changeMap.ts';

interface ChangeMapSectionProps {
  readonly reviewed: Reviewed;
  readonly names: readonly string[];
  /** The name of the tensor that is looked at. */
  readonly selected: string | null;
  readonly onSelect: (name: string) => void;
}

/** Room for the labels above the cells, and for all of them, in CSS pixels. */
const labels = 74;
const tallest = 420;

/** Where the candidate differs: layers down, kinds of tensors across; beside it the same as a table. */
export function ChangeMapSection({ reviewed, names, selected, onSelect }: ChangeMapSectionProps): VNode {
  const { tensors } = reviewed;
  const map = useMemo(() => changeMap(names, tensors), [names, tensors]);
  const [hovered, setHovered] = useState<Cell | undefined>();
  const rowLabel = useCallback((row: number) => String(map.layers[row] ?? ''), [map]);
  const { rows, columns } = map.matrix;
  const height =
    labels + rows * Math.max(12, Math.min(26, Math.floor((tallest - labels) / Math.max(1, rows))));
  const pin = (cell: Cell | undefined) => {
    const name = cell && map.nameOf(cell);
    if (tensors.some((tensor) => tensor.name === name) && name !== undefined) onSelect(name);
  };
  return (
    <section class="change-map">
      <h2>{l10n.t('Where it changed')}</h2>
      <div class="change-columns">
        {rows > 0 && (
          <figure>
            <figcaption class="muted">{l10n.t('Layers down, kinds of tensors across')}</figcaption>
            <div style={{ height: `${Math.min(tallest, height)}px` }}>
              <Heatmap
                label={l10n.t(
                  'Heatmap of the change in {0} layers and {1} kinds of tensors. Arrow keys move, Enter shows the tensor.',
                  rows,
                  columns,
                )}
                gutterLeft={34}
                matrix={map.matrix}
                scale={map.scale}
                columnLabels={map.roles}
                rowLabel={rowLabel}
                text={cellText}
                zoom={1}
                hovered={hovered}
                pinned={selected === null ? undefined : map.cellOf(selected)}
                onHover={setHovered}
                onPin={pin}
              />
            </div>
            <Readout reviewed={reviewed} name={hovered && map.nameOf(hovered)} />
            <Legend
              scale={map.scale}
              label="‖ΔW‖ / ‖W‖"
              text={round}
              marked={map.matrix.values.some((value) => !Number.isFinite(value))}
            />
          </figure>
        )}
        <ChangedTensors tensors={tensors} selected={selected} onSelect={onSelect} />
      </div>
    </section>
  );
}

/** Equal tensors show no number: there are many, and they are not what is looked for. */
const cellText = (value: number): string => (value === 0 ? '' : value.toPrecision(2));

function Readout({
  reviewed,
  name,
}: {
  readonly reviewed: Reviewed;
  readonly name: string | undefined;
}): VNode {
  const tensor = reviewed.tensors.find((other) => other.name === name);
  return (
    <p class={name === undefined ? 'readout muted' : 'readout'} role="status">
      {name === undefined
        ? l10n.t('Point at a cell to read it; click or press Enter to see its spectrum.')
        : tensor === undefined
          ? l10n.t('{0}: byte for byte the same', name)
          : l10n.t('{0}: ‖ΔW‖/‖W‖ {1}, {2}', name, magnitude(tensor.relative), standOut(tensor.spikes))}
    </p>
  );
}

/** How many directions stand out of the noise. */
export function standOut(spikes: number): string {
  if (spikes === 0) return l10n.t('no direction stands out of the noise');
  return spikes === 1
    ? l10n.t('one direction stands out of the noise')
    : l10n.t('{0} directions stand out of the noise', spikes);
}
