import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { InspectorState } from '../../../src/protocol/inspector.ts';
import { Checkbox } from '../../ui/Checkbox.tsx';
import type { Actions } from '../inspectorHost.ts';
import { ZoomButtons } from '../maps/ZoomButtons.tsx';
import type { ChangeView, View } from '../savedView.ts';
import { Choice } from '../shell/Choice.tsx';
import { LayerChoice } from '../shell/LayerChoice.tsx';
import { PromptReading } from '../shell/PromptReading.tsx';
import { Read } from '../shell/Read.tsx';
import { unreadable } from '../shell/unreadable.tsx';
import type { Readings } from '../useReadings.ts';
import { HeadPicker } from './HeadPicker.tsx';
import { HeadView } from './HeadView.tsx';

interface AttentionTabProps {
  readonly state: InspectorState;
  readonly readings: Readings;
  readonly actions: Actions;
  readonly view: View;
  readonly onView: ChangeView;
}

/** What each token attends to: all heads of a layer small, one of them large, before and after. */
export function AttentionTab({ state, readings, actions, view, onView }: AttentionTabProps): VNode {
  const blocked = unreadable({ state, actions });
  if (blocked !== null) return blocked;
  const changed = state.change !== null;
  const attention = changed ? view.attention : { ...view.attention, shown: 'both' as const };
  const onAttention = (change: Partial<View['attention']>) =>
    onView({ attention: { ...view.attention, ...change } });
  const controls = (
    <div class="toolbar">
      <LayerChoice
        layers={state.model.layers ?? readings.attentionLayer + 1}
        layer={readings.attentionLayer}
        onLayer={(layer) => onView({ layer })}
      />
      {changed && (
        <Choice
          label={l10n.t('Values')}
          value={attention.shown}
          options={[
            { value: 'both', text: l10n.t('Before and after') },
            { value: 'difference', text: l10n.t('Difference') },
          ]}
          onChange={(shown) => onAttention({ shown })}
        />
      )}
      <Checkbox
        checked={attention.spread === 'logarithmic'}
        onChange={(log) => onAttention({ spread: log ? 'logarithmic' : 'linear' })}
      >
        {l10n.t('Log')}
      </Checkbox>
      <Checkbox checked={attention.asTable} onChange={(asTable) => onAttention({ asTable })}>
        {l10n.t('As a table')}
      </Checkbox>
      {!attention.asTable && <ZoomButtons zoom={attention.zoom} onZoom={(zoom) => onAttention({ zoom })} />}
    </div>
  );
  return (
    <div class="attention">
      <PromptReading
        state={state}
        readings={readings}
        onView={onView}
        of={readings.heads}
        what={l10n.t('Reading attention')}
        controls={controls}
      >
        {(heads) => (
          <div class="attention-view">
            <HeadPicker
              comparison={heads}
              changed={changed}
              attention={attention}
              chosen={readings.attentionHead ?? 0}
              onHead={(head) => onAttention({ head })}
            />
            <div class="head-view">
              <Read of={readings.head} what={l10n.t('Reading the head')}>
                {(comparison) => (
                  <HeadView
                    comparison={comparison}
                    prompt={readings.prompt}
                    changed={changed}
                    attention={attention}
                    onAttention={onAttention}
                  />
                )}
              </Read>
            </div>
          </div>
        )}
      </PromptReading>
    </div>
  );
}
