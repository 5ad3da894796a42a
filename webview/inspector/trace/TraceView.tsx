import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { CausalTrace } from '../../../src/protocol/causalTrace.ts';
import type { TraceComparison } from '../../../src/protocol/inspector.ts';
import { signed } from '../../../src/text/numbers.ts';
import type { Cell } from '../../charts/matrix.ts';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { Maps } from '../maps/Maps.tsx';
import { Readout, ReadoutValue } from '../maps/Readout.tsx';
import { ZoomButtons } from '../maps/ZoomButtons.tsx';
import { streamName } from '../names.ts';
import type { View } from '../savedView.ts';
import { Choice } from '../shell/Choice.tsx';
import { EffectTable } from './EffectTable.tsx';
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
  const [hovered, setHovered] = useState<Cell | undefined>(undefined);
  const [pinned, setPinned] = useState<Cell | undefined>(undefined);
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
      {asTable ? (
        <EffectTable trace={trace} labels={axes.columnLabels} pinned={pinned} onPin={setPinned} />
      ) : (
        <Maps
          maps={maps}
          axes={axes}
          zoom={zoom}
          hovered={hovered}
          pinned={pinned}
          onHover={setHovered}
          onPin={setPinned}
        >
          <EffectReadout trace={trace} labels={axes.columnLabels} cell={hovered ?? pinned} />
        </Maps>
      )}
    </div>
  );
}

interface EffectReadoutProps {
  readonly trace: CausalTrace;
  readonly labels: readonly string[];
  readonly cell: Cell | undefined;
}

/** The effects of all kinds at the cell that is pointed at. */
function EffectReadout({ trace, labels, cell }: EffectReadoutProps): VNode {
  return (
    <Readout cell={cell}>
      {({ row, column }) => (
        <>
          <span>
            {l10n.t('Layer {0}', row)} · <span class="token-text">{labels[column]}</span>{' '}
            <span class="muted">{l10n.t('token {0}', column)}</span>
          </span>
          {TRACED.map((kind) => (
            <ReadoutValue
              key={kind}
              name={streamName(kind)}
              text={signed(trace.indirect[kind][row]?.[column])}
            />
          ))}
        </>
      )}
    </Readout>
  );
}
