import * as l10n from '@vscode/l10n';
import type { ComponentChildren, VNode } from 'preact';
import { useState } from 'preact/hooks';
import { round } from '../../../src/text/numbers.ts';
import { Heatmap } from '../../charts/Heatmap.tsx';
import { Legend } from '../../charts/Legend.tsx';
import type { Cell } from '../../charts/matrix.ts';
import { ScrollGroup } from '../../charts/scrollTogether.ts';
import type { Axes } from './axes.ts';
import type { DrawnMaps } from './drawnMaps.ts';

interface MapsProps {
  readonly maps: DrawnMaps;
  readonly axes: Axes;
  readonly zoom: number;
  readonly hovered: Cell | undefined;
  readonly pinned: Cell | undefined;
  readonly onHover: (cell: Cell | undefined) => void;
  readonly onPin: (cell: Cell | undefined) => void;
  /** What is read out of the cell that is pointed at. */
  readonly children: ComponentChildren;
}

/** The heatmaps side by side, or one above the other where it is narrow: one cursor, one scale, one scrolling. */
export function Maps({ maps: { maps, scale, legend, marked }, axes, children, ...shared }: MapsProps): VNode {
  const [group] = useState(() => new Map());
  return (
    <ScrollGroup.Provider value={group}>
      <div class="map-info">
        <Legend scale={scale} label={legend} text={round} marked={marked} />
        {children}
      </div>
      <div class={maps.length > 2 ? 'maps many' : 'maps'}>
        {maps.map(({ title, matrix }) => (
          <figure key={title} class="map">
            <figcaption>
              <b>{title}</b>
              <span class="muted"> {axes.caption}</span>
            </figcaption>
            <Heatmap
              label={l10n.t(
                '{0}: heatmap of {1}. Arrow keys move, Enter pins.',
                title,
                axes.size(matrix.rows, matrix.columns),
              )}
              matrix={matrix}
              scale={scale}
              columnLabels={axes.columnLabels}
              rowLabel={axes.rowLabel}
              gutterLeft={axes.gutterLeft}
              text={round}
              {...shared}
            />
          </figure>
        ))}
      </div>
    </ScrollGroup.Provider>
  );
}
