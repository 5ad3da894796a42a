import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { AttributionComparison } from '../../../src/protocol/inspector.ts';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { EffectMaps } from '../maps/EffectMaps.tsx';
import { ZoomButtons } from '../maps/ZoomButtons.tsx';
import type { View } from '../savedView.ts';
import { Choice } from '../shell/Choice.tsx';
import { traceAxes } from '../trace/traceAxes.ts';
import { attributionFacts } from './attributionFacts.ts';
import { attributionMaps, attributionRows } from './attributionMaps.ts';

interface AttributionViewProps {
  readonly comparison: AttributionComparison;
  readonly view: View['attribution'];
  readonly onAttribution: (change: Partial<View['attribution']>) => void;
}

/** One state's attribution or lens, before or after: heatmaps on one scale, or a table. */
export function AttributionView({ comparison, view, onAttribution }: AttributionViewProps): VNode {
  const { side, zoom, asTable } = view;
  const found = (side === 'after' ? comparison.after : null) ?? comparison.before;
  const shown = found.lens === null ? 'attributed' : view.shown;
  const rows = useMemo(() => attributionRows(found, shown), [found, shown]);
  const maps = useMemo(() => attributionMaps(found, rows, shown), [found, rows, shown]);
  const axes = useMemo(() => traceAxes(found), [found]);
  return (
    <div class="map-main">
      <section class="facts trace-facts" aria-label={l10n.t('The attribution')}>
        <dl>
          {attributionFacts(found).map(({ name, value }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </section>
      <div class="toolbar">
        {comparison.after !== null && (
          <Choice
            label={l10n.t('State')}
            value={side}
            options={[
              { value: 'before', text: l10n.t('Before') },
              { value: 'after', text: l10n.t('After') },
            ]}
            onChange={(value) => onAttribution({ side: value })}
          />
        )}
        {found.lens !== null && (
          <Choice
            label={l10n.t('Shown')}
            value={shown}
            options={[
              { value: 'attributed', text: l10n.t('Attribution') },
              { value: 'lens', text: l10n.t('Jacobian lens') },
            ]}
            onChange={(value) => onAttribution({ shown: value })}
          />
        )}
        <Checkbox checked={asTable} onChange={(checked) => onAttribution({ asTable: checked })}>
          {l10n.t('As a table')}
        </Checkbox>
        {!asTable && <ZoomButtons zoom={zoom} onZoom={(value) => onAttribution({ zoom: value })} />}
        {found.subject !== null && <span class="muted">{l10n.t('* the corrupted subject')}</span>}
      </div>
      <EffectMaps
        label={l10n.t('Attribution by token and layer')}
        effects={rows}
        maps={maps}
        axes={axes}
        zoom={zoom}
        asTable={asTable}
      />
    </div>
  );
}
