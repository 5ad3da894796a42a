import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { InspectorState, TraceComparison } from '../../../src/protocol/inspector.ts';
import type { Actions } from '../inspectorHost.ts';
import { type ChangeView, chosenIn, type View } from '../savedView.ts';
import { Notice } from '../shell/Notice.tsx';
import { PromptReading } from '../shell/PromptReading.tsx';
import { unreadable } from '../shell/unreadable.tsx';
import type { Asking } from '../useOnRequest.ts';
import type { Readings } from '../useReadings.ts';
import type { Traced } from './readTraced.ts';
import { TraceForm } from './TraceForm.tsx';
import { TraceView } from './TraceView.tsx';

interface TraceTabProps {
  readonly state: InspectorState;
  readonly readings: Readings;
  readonly tracing: Asking<Traced, TraceComparison>;
  readonly actions: Actions;
  readonly view: View;
  readonly onView: ChangeView;
}

/** Causal tracing: which states bring back the answer that noise on the subject destroys. */
export function TraceTab({ state, readings, tracing, actions, view, onView }: TraceTabProps): VNode {
  const blocked = unreadable({ state, actions });
  if (blocked !== null) return blocked;
  const { prompt } = readings;
  const onTrace = (change: Partial<View['trace']>) => onView({ trace: { ...view.trace, ...change } });
  const controls = (
    <>
      <TraceForm
        prompt={prompt}
        subject={chosenIn(prompt, view.trace.subject)?.text ?? state.edit?.subject ?? ''}
        samples={view.trace.samples}
        tracing={tracing}
        onSubject={(text) => onTrace({ subject: { prompt, text } })}
        onSamples={(samples) => onTrace({ samples })}
      />
      <p class="muted">
        {l10n.t(
          'A trace shows where a fact is read. It hardly predicts which layer is best edited (arXiv 2301.04213): do not choose the layer by it.',
        )}
      </p>
      {tracing.reading.status === 'idle' && (
        <Notice title={l10n.t('Not traced yet')}>
          {l10n.t(
            'The subject’s embeddings are corrupted with noise, then one state at a time is restored: the part of the answer’s probability that comes back is the state’s indirect effect. This takes one pass per layer, token, kind and noise sample.',
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
        of={tracing}
        what={l10n.t('Tracing')}
        controls={controls}
      >
        {(comparison) => <TraceView comparison={comparison} view={view.trace} onTrace={onTrace} />}
      </PromptReading>
    </div>
  );
}
