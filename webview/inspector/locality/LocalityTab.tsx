import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { InspectedEdit, InspectorState, Measurement } from '../../../src/protocol/inspector.ts';
import { shownPrompt } from '../../../src/protocol/promptWords.ts';
import { Checkbox } from '../../ui/Checkbox.tsx';
import type { Actions } from '../inspectorHost.ts';
import type { ChangeView, View } from '../savedView.ts';
import { NoEdit } from '../shell/NoEdit.tsx';
import { Notice } from '../shell/Notice.tsx';
import { Read } from '../shell/Read.tsx';
import type { Readings } from '../useReadings.ts';
import { Generations } from './Generations.tsx';
import { Headlines } from './Headlines.tsx';
import { OutcomeLine } from './OutcomeLine.tsx';
import { ProbeDetail } from './ProbeDetail.tsx';
import { ProbeTable } from './ProbeTable.tsx';
import { Proof } from './Proof.tsx';
import { arrangeProbes } from './probeRows.ts';

interface LocalityTabProps {
  readonly state: InspectorState;
  readonly readings: Readings;
  readonly actions: Actions;
  readonly view: View;
  readonly onView: ChangeView;
}

/** What the edit changed: headline numbers, every probe before and after, and free generation. */
export function LocalityTab({ state, readings, actions, view, onView }: LocalityTabProps): VNode {
  const { edit } = state;
  if (edit === null) return <NoEdit state={state} actions={actions} />;
  if (edit.measurement === null) return <Unmeasured state={state} actions={actions} />;
  return (
    <Read of={readings.measurement} what={l10n.t('Reading the measurement')}>
      {(measurement) =>
        measurement !== null && (
          <Measured measurement={measurement} edit={edit} actions={actions} view={view} onView={onView} />
        )
      }
    </Read>
  );
}

function Unmeasured({ state, actions }: Pick<LocalityTabProps, 'state' | 'actions'>): VNode {
  const busy = actions.running !== null || state.edit?.state === 'computing';
  if (state.edit?.state === 'computed' || state.edit?.state === 'applied') {
    return (
      <Notice
        title={l10n.t('Not measured yet')}
        action={{ title: l10n.t('Measure'), run: () => actions.act('measure'), disabled: busy }}
      >
        {l10n.t('Measuring reads every probe of the edit without and with its patch.')}
      </Notice>
    );
  }
  return (
    <Notice
      title={l10n.t('Not computed yet')}
      action={{
        title: l10n.t('Compute, Apply and Measure'),
        run: () => actions.act('apply'),
        disabled: busy,
      }}
    >
      {l10n.t('Applying computes the patch, switches it on, and reads every probe before and after.')}
    </Notice>
  );
}

interface MeasuredProps {
  readonly measurement: Measurement;
  readonly edit: InspectedEdit;
  readonly actions: Actions;
  readonly view: View;
  readonly onView: ChangeView;
}

function Measured({ measurement, edit, actions, view, onView }: MeasuredProps): VNode {
  const { locality } = view;
  const { probes, generated, asChat, asText } = measurement.edit;
  const rows = useMemo(() => arrangeProbes(probes, locality), [probes, locality]);
  const change = (changed: Partial<View['locality']>) => onView({ locality: { ...locality, ...changed } });
  const selected = locality.selected === null ? undefined : probes[locality.selected];
  const changed = useMemo(() => probes.filter((probe) => probe.changed).length, [probes]);
  return (
    <div class="locality">
      {edit.proof !== null && <Proof proof={edit.proof} />}
      <OutcomeLine measurement={measurement} edit={edit} actions={actions} />
      <Headlines measurement={measurement} />
      <Generations title={l10n.t('Generation')} {...generated} />
      {asChat !== null && asText === null && (
        <Generations title={l10n.t('Answer as chat')} {...asChat.generated} />
      )}
      {asText !== null && <Generations title={l10n.t('Answer as text')} {...asText.generated} />}
      <div class="toolbar">
        <Checkbox checked={locality.changedOnly} onChange={(changedOnly) => change({ changedOnly })}>
          {l10n.t('Changed only ({0} of {1})', changed, probes.length)}
        </Checkbox>
        <span class="muted hint">{l10n.t('Upper line: before the edit; lower line: after it.')}</span>
      </div>
      <div class={selected === undefined ? 'probes' : 'probes with-detail'}>
        {rows.length === 0 ? (
          <Notice title={l10n.t('Nothing changed')}>
            {l10n.t('Every probe has the same likeliest token and the same verdict as before.')}
          </Notice>
        ) : (
          <ProbeTable rows={rows} locality={locality} onChange={change} />
        )}
        {selected !== undefined && (
          <ProbeDetail
            comparison={selected}
            onRead={(tab) =>
              onView({ tab, prompt: { edit: edit.key, text: shownPrompt(selected.probe.prompt) } })
            }
            onClose={() => change({ selected: null })}
          />
        )}
      </div>
    </div>
  );
}
