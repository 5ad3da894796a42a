import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { InspectedEdit, InspectorState } from '../../../src/protocol/inspector.ts';
import { LinePicture } from '../../charts/LinePicture.tsx';
import type { Actions } from '../inspectorHost.ts';
import { NoEdit } from '../shell/NoEdit.tsx';
import { Notice, Waiting } from '../shell/Notice.tsx';
import {
  type Fact,
  factsOf,
  hyperparametersOf,
  type Step,
  stepCharts,
  stepsOf,
  timesOf,
} from './editFacts.ts';
import { KeySimilarities } from './KeySimilarities.tsx';
import { StepTable } from './StepTable.tsx';

interface EditTabProps {
  readonly state: InspectorState;
  readonly actions: Actions;
}

/** How the edit was computed, live while it is. */
export function EditTab({ state, actions }: EditTabProps): VNode {
  const { edit } = state;
  if (edit === null) return <NoEdit state={state} actions={actions} />;
  const { report, made, hyperparameters } = edit;
  const steps = stepsOf(edit);
  if (edit.state === 'computing' && steps.length === 0) {
    return <Waiting what={l10n.t('Reading the keys; the first step follows')} fraction={0} />;
  }
  const update = report ?? made;
  if (steps.length === 0 && update === null) return <Uncomputed edit={edit} actions={actions} />;
  return (
    <div class="edit-tab">
      {edit.state === 'computing' && (
        <Waiting what={l10n.t('Optimizing the value, step {0}', steps.length)} fraction={0} />
      )}
      {update?.layerReason !== undefined && (
        <p>
          {l10n.t('Layer {0}', update.layer)} <span class="muted">({update.layerReason})</span>
        </p>
      )}
      {steps.length > 0 && <Curve steps={steps} />}
      {update !== null && (
        <>
          <Facts title={l10n.t('The update')} facts={factsOf(update)} />
          <KeySimilarities similarities={update.keySimilarity ?? []} />
        </>
      )}
      <div class="fact-columns">
        {hyperparameters !== null && (
          <Facts title={l10n.t('Hyperparameters')} facts={hyperparametersOf(hyperparameters)} />
        )}
        {report !== null && <Facts title={l10n.t('Time')} facts={timesOf(report)} />}
      </div>
      {steps.length > 0 && <StepTable steps={steps} />}
    </div>
  );
}

function Uncomputed({ edit, actions }: { readonly edit: InspectedEdit; readonly actions: Actions }): VNode {
  const compute = {
    title:
      edit.state === 'stale' || edit.state === 'failed' ? l10n.t('Recompute') : l10n.t('Compute and Apply'),
    run: () => actions.act('apply'),
    disabled: actions.running !== null,
  };
  if (edit.state === 'failed') {
    return (
      <Notice title={l10n.t('The edit could not be computed')} action={compute}>
        {edit.detail ?? ''}
      </Notice>
    );
  }
  return (
    <Notice title={l10n.t('Not computed yet')} action={compute}>
      {edit.detail ??
        l10n.t(
          'Computing finds the vector that the layer should add at the subject, then changes one weight.',
        )}
    </Notice>
  );
}

function Curve({ steps }: { readonly steps: readonly Step[] }): VNode {
  const charts = useMemo(() => stepCharts(steps), [steps]);
  return (
    <div class="curves">
      <LinePicture label={l10n.t('Loss by step; the table below has the numbers')} chart={charts.loss} />
      <LinePicture
        label={l10n.t('Norm of the change by step; the table below has the numbers')}
        chart={charts.norm}
      />
    </div>
  );
}

function Facts({ title, facts }: { readonly title: string; readonly facts: readonly Fact[] }): VNode {
  return (
    <section class="facts">
      <h3>{title}</h3>
      <dl>
        {facts.map(({ name, value, meaning }) => (
          <div key={name} title={meaning}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
