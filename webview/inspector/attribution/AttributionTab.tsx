import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { AttributionComparison, InspectorState } from '../../../src/protocol/inspector.ts';
import type { Actions } from '../inspectorHost.ts';
import { type ChangeView, chosenIn, type View } from '../savedView.ts';
import { Notice } from '../shell/Notice.tsx';
import { PromptReading } from '../shell/PromptReading.tsx';
import { unreadable } from '../shell/unreadable.tsx';
import type { Asking } from '../useOnRequest.ts';
import type { Readings } from '../useReadings.ts';
import { AttributionForm } from './AttributionForm.tsx';
import { AttributionView } from './AttributionView.tsx';
import type { AskedAttribution } from './readAsked.ts';

interface AttributionTabProps {
  readonly state: InspectorState;
  readonly readings: Readings;
  readonly attributing: Asking<AskedAttribution, AttributionComparison>;
  readonly actions: Actions;
  readonly view: View;
  readonly onView: ChangeView;
}

/** Attribution by gradients: what each state gives to the answer, and what it makes the model disposed to say. */
export function AttributionTab({
  state,
  readings,
  attributing,
  actions,
  view,
  onView,
}: AttributionTabProps): VNode {
  const blocked = unreadable({ state, actions });
  if (blocked !== null) return blocked;
  const { prompt } = readings;
  const onAttribution = (change: Partial<View['attribution']>) =>
    onView({ attribution: { ...view.attribution, ...change } });
  const { samples, lens } = view.attribution;
  const subject = chosenIn(prompt, view.attribution.subject)?.text ?? state.edit?.subject ?? '';
  const controls = (
    <>
      <AttributionForm
        prompt={prompt}
        typed={{ subject, samples, lens }}
        attributing={attributing}
        onTyped={({ subject: text, ...change }) =>
          onAttribution({ ...change, ...(text !== undefined && { subject: { prompt, text } }) })
        }
      />
      {attributing.reading.status === 'idle' && (
        <Notice title={l10n.t('Not attributed yet')}>
          {l10n.t(
            'With a subject: a causal trace to first order, for one pass forward and one backward a noise. Without one: gradient · activation of the answer’s logit. The Jacobian lens besides: how far each state lifts the logits of the answer and of the edit’s targets above what they are after ordinary text.',
          )}
        </Notice>
      )}
    </>
  );
  return (
    <div class="trace">
      <PromptReading
        state={state}
        readings={readings}
        onView={onView}
        of={attributing}
        what={l10n.t('Attributing')}
        controls={controls}
      >
        {(comparison) => (
          <AttributionView comparison={comparison} view={view.attribution} onAttribution={onAttribution} />
        )}
      </PromptReading>
    </div>
  );
}
