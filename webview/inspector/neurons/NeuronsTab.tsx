import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { InspectorState } from '../../../src/protocol/inspector.ts';
import { visibleToken } from '../../../src/text/visible.ts';
import type { Actions } from '../inspectorHost.ts';
import type { ChangeView } from '../savedView.ts';
import { LayerChoice } from '../shell/LayerChoice.tsx';
import { PromptReading } from '../shell/PromptReading.tsx';
import { Radios } from '../shell/Radios.tsx';
import { unreadable } from '../shell/unreadable.tsx';
import type { Readings } from '../useReadings.ts';
import { NeuronTable } from './NeuronTable.tsx';

interface NeuronsTabProps {
  readonly state: InspectorState;
  readonly readings: Readings;
  readonly actions: Actions;
  readonly onView: ChangeView;
}

/** The strongest key-value pairs of a layer's MLP at one token, before and after. */
export function NeuronsTab({ state, readings, actions, onView }: NeuronsTabProps): VNode {
  const blocked = unreadable({ state, actions });
  if (blocked !== null) return blocked;
  const layers = state.model.layers ?? readings.layer + 1;
  return (
    <div class="neurons">
      <PromptReading
        state={state}
        readings={readings}
        onView={onView}
        of={readings.neurons}
        what={l10n.t('Reading neurons')}
        controls={
          <div class="toolbar">
            <LayerChoice layers={layers} layer={readings.layer} onLayer={(layer) => onView({ layer })} />
          </div>
        }
      >
        {(found) => (
          <>
            <Radios
              label={l10n.t('Token whose neurons are read')}
              class="tokens"
              options={found.tokens.map(({ text }) => ({ content: visibleToken(text) }))}
              chosen={found.position}
              onChoose={(at) => onView({ neuronsAt: { prompt: readings.prompt, at } })}
            />
            <NeuronTable found={found} changed={state.change !== null} />
          </>
        )}
      </PromptReading>
      <p class="muted">
        {l10n.t(
          'An MLP reads as key-value pairs: a key makes its neuron active, and the neuron writes its value into the residual stream. Written is the norm of that; promoted is what the model would say if it were all of the stream.',
        )}
      </p>
    </div>
  );
}
