import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { ComparedEditResult, SideReading } from '../../../src/protocol/comparison.ts';
import { magnitude } from '../../../src/text/numbers.ts';
import { visibleToken } from '../../../src/text/visible.ts';
import { type Cell, valueAt } from '../../charts/matrix.ts';
import { layersByTokens } from '../../inspector/maps/axes.ts';
import type { DrawnMaps } from '../../inspector/maps/drawnMaps.ts';
import { Maps } from '../../inspector/maps/Maps.tsx';
import { Readout, ReadoutValue } from '../../inspector/maps/Readout.tsx';
import { movedDifference, movedMaps } from './comparedPictures.ts';

interface MovedMapsProps {
  readonly edit: ComparedEditResult;
  readonly labels: readonly [string, string];
}

/** How far both sides move the residual stream, on one scale, and where the second moves it further. */
export function MovedMaps({ edit, labels }: MovedMapsProps): VNode {
  const maps = useMemo(() => movedMaps(edit, labels), [edit, labels]);
  const difference = useMemo(() => movedDifference(edit), [edit]);
  return (
    <>
      {maps.maps.map((map, side) => {
        const reading = edit.readings[side];
        return reading && <SideMap key={map.title} maps={{ ...maps, maps: [map] }} reading={reading} />;
      })}
      {difference !== null && <SideMap maps={difference} reading={edit.readings[0]} />}
    </>
  );
}

function SideMap({ maps, reading }: { readonly maps: DrawnMaps; readonly reading: SideReading }): VNode {
  const [hovered, setHovered] = useState<Cell | undefined>(undefined);
  const [pinned, setPinned] = useState<Cell | undefined>(undefined);
  const labels = useMemo(() => reading.tokens.map(visibleToken), [reading]);
  const axes = useMemo(() => layersByTokens(labels), [labels]);
  const [map] = maps.maps;
  return (
    <Maps
      maps={maps}
      axes={axes}
      zoom={1}
      hovered={hovered}
      pinned={pinned}
      onHover={setHovered}
      onPin={setPinned}
    >
      <Readout cell={hovered ?? pinned}>
        {(cell) => (
          <>
            {l10n.t('Layer {0}, token {1}: {2}', cell.row, cell.column, labels[cell.column] ?? '')}{' '}
            <ReadoutValue name={map?.title ?? ''} text={map ? magnitude(valueAt(map.matrix, cell)) : ''} />
          </>
        )}
      </Readout>
    </Maps>
  );
}
