import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { TraceComparison } from '../../../src/protocol/inspector.ts';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { EffectMaps } from '../maps/EffectMaps.tsx';
import { ZoomButtons } from '../maps/ZoomButtons.tsx';
import { streamName } from '../names.ts';
import type { View } from '../savedView.ts';
import { Choice } from '../shell/Choice.tsx';
import { TraceFacts } from './TraceFacts.tsx';
import { traceAxes } from './traceAxes.ts';
import { TRACED, traceMaps } from './traceMaps.ts';

interface TraceViewProps {
  readonly comparison: TraceComparison;
  readonly view: View['trace'];
  readonly onTrace: (change: Partial<View['trace']>) => void;
}

/** The effects of one state, before or after: three heatmaps on one scale, or a table. */
export function TraceView({ comparison, view, onTrace }: TraceViewProps): VNode {
  const { side, zoom, asTable } = view;
  const trace = (side === 'after' ? comparison.after : null) ?? comparison.before;
  const maps = useMemo(() => traceMaps(trace), [trace]);
  const axes = useMemo(() => traceAxes(trace), [trace]);
  return (
    <div class="map-main">
      <TraceFacts trace={trace} />
      <div class="toolbar">
        {comparison.after !== null && (
          <Choice
            label={l10n.t('State')}
            value={side}
            options={[
              { value: 'before', text: l10n.t('Before') },
              { value: 'after', text: l10n.t('After') },
            ]}
            onChange={(value) => onTrace({ side: value })}
          />
        )}
        <Checkbox checked={asTable} onChange={(checked) => onTrace({ asTable: checked })}>
          {l10n.t('As a table')}
        </Checkbox>
        {!asTable && <ZoomButtons zoom={zoom} onZoom={(value) => onTrace({ zoom: value })} />}
        <span class="muted">{l10n.t('* the corrupted subject')}</span>
      </div>
      <EffectMaps
        label={l10n.t('Indirect effects by token and layer')}
        effects={TRACED.map((kind) => ({ name: streamName(kind), rows: trace.indirect[kind] }))}
        maps={maps}
        axes={axes}
        zoom={zoom}
        asTable={asTable}
      />
    </div>
  );
}
