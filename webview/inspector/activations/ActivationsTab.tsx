import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { ActivationComparison } from '../../../src/protocol/activations.ts';
import type { InspectedEdit, InspectorState } from '../../../src/protocol/inspector.ts';
import { visibleToken } from '../../../src/text/visible.ts';
import type { Cell } from '../../charts/matrix.ts';
import type { Actions } from '../inspectorHost.ts';
import { layersByTokens } from '../maps/axes.ts';
import { editedPlace } from '../maps/editedPlace.ts';
import { Maps } from '../maps/Maps.tsx';
import { type ChangeView, chosenIn, type View } from '../savedView.ts';
import { PromptReading } from '../shell/PromptReading.tsx';
import { unreadable } from '../shell/unreadable.tsx';
import type { Readings } from '../useReadings.ts';
import { activationMaps } from './activationMaps.ts';
import { CellReadout } from './CellReadout.tsx';
import { MapControls } from './MapControls.tsx';
import { NormTable } from './NormTable.tsx';
import { PinnedCell } from './PinnedCell.tsx';

interface ActivationsTabProps {
  readonly state: InspectorState;
  readonly readings: Readings;
  readonly actions: Actions;
  readonly view: View;
  readonly onView: ChangeView;
}

/** The norms of the residual stream, and of what attention and MLP add to it, by layer and token. */
export function ActivationsTab({ state, readings, actions, view, onView }: ActivationsTabProps): VNode {
  const blocked = unreadable({ state, actions });
  if (blocked !== null) return blocked;
  return (
    <div class="activations">
      <PromptReading
        state={state}
        readings={readings}
        onView={onView}
        of={readings.activations}
        what={l10n.t('Reading activations')}
      >
        {(comparison) => (
          <ActivationView
            comparison={comparison}
            changed={state.change !== null}
            edit={state.edit}
            readings={readings}
            map={view.map}
            onMap={(change) => onView({ map: { ...view.map, ...change } })}
          />
        )}
      </PromptReading>
    </div>
  );
}

interface ActivationViewProps {
  readonly comparison: ActivationComparison;
  /** Whether there is a state after at all. */
  readonly changed: boolean;
  readonly edit: InspectedEdit | null;
  readonly readings: Readings;
  readonly map: View['map'];
  readonly onMap: (change: Partial<View['map']>) => void;
}

function ActivationView({ comparison, changed, edit, readings, map, onMap }: ActivationViewProps): VNode {
  const { stream, spread, zoom, asTable } = map;
  // without a change there is nothing that differs
  const shown = changed ? map.shown : 'both';
  const [hovered, setHovered] = useState<Cell | undefined>(undefined);
  const maps = useMemo(
    () => activationMaps(comparison, { stream, shown, spread }),
    [comparison, stream, shown, spread],
  );
  const labels = useMemo(() => comparison.tokens.map(({ text }) => visibleToken(text)), [comparison]);
  const axes = useMemo(
    () =>
      layersByTokens(
        labels,
        editedPlace(
          edit,
          comparison.tokens.map(({ text }) => text),
        ),
      ),
    [labels, edit, comparison],
  );
  const pinned = chosenIn(readings.prompt, map.pinned) ?? undefined;
  const pin = (cell: Cell | undefined) =>
    onMap({ pinned: cell === undefined ? null : { ...cell, prompt: readings.prompt } });
  return (
    <div class="map-view with-detail">
      <div class="map-main">
        <MapControls map={map} spread={maps.spread} changed={changed} onMap={onMap} />
        {asTable ? (
          <NormTable comparison={comparison} stream={stream} labels={labels} pinned={pinned} onPin={pin} />
        ) : (
          <Maps
            maps={changed ? maps : { ...maps, maps: maps.maps.slice(0, 1) }}
            axes={axes}
            zoom={zoom}
            hovered={hovered}
            pinned={pinned}
            onHover={setHovered}
            onPin={pin}
          >
            <CellReadout comparison={comparison} stream={stream} cell={hovered ?? pinned} />
          </Maps>
        )}
      </div>
      {pinned === undefined ? (
        <p class="pinned-cell pinned-none muted">{l10n.t('Pin a cell to read it here.')}</p>
      ) : (
        <PinnedCell
          cell={pinned}
          token={labels[pinned.column] ?? ''}
          of={readings.cell}
          onClose={() => pin(undefined)}
        />
      )}
    </div>
  );
}
