import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { LensComparison } from '../../../src/protocol/engine.ts';
import type { InspectedEdit, InspectorState } from '../../../src/protocol/inspector.ts';
import { visibleToken } from '../../../src/text/visible.ts';
import { LinePicture } from '../../charts/LinePicture.tsx';
import type { Actions } from '../inspectorHost.ts';
import type { ChangeView } from '../savedView.ts';
import { PromptReading } from '../shell/PromptReading.tsx';
import { Radios } from '../shell/Radios.tsx';
import { unreadable } from '../shell/unreadable.tsx';
import type { Readings } from '../useReadings.ts';
import { LensTable } from './LensTable.tsx';
import { lensChart } from './lensChart.ts';
import { overtakingLayer } from './overtaking.ts';

interface LensTabProps {
  readonly state: InspectorState;
  readonly readings: Readings;
  readonly actions: Actions;
  readonly onView: ChangeView;
}

/** What the model would say after each layer, at one token of the prompt. */
export function LensTab({ state, readings, actions, onView }: LensTabProps): VNode {
  const blocked = unreadable({ state, actions });
  if (blocked !== null) return blocked;
  return (
    <div class="lens">
      <PromptReading
        state={state}
        readings={readings}
        onView={onView}
        of={readings.lens}
        what={l10n.t('Reading the logit lens')}
      >
        {(lens) => (
          <LensView
            lens={lens}
            edit={state.edit}
            changed={state.change !== null}
            onPosition={(at) => onView({ position: { prompt: readings.prompt, at } })}
          />
        )}
      </PromptReading>
      <p class="muted">
        {l10n.t(
          'The logit lens applies the final norm and the unembedding to the residual stream after each layer.',
        )}
      </p>
    </div>
  );
}

interface LensViewProps {
  readonly lens: LensComparison;
  readonly edit: InspectedEdit | null;
  readonly changed: boolean;
  readonly onPosition: (position: number) => void;
}

function LensView({ lens, edit, changed, onPosition }: LensViewProps): VNode {
  const { tokens, positions } = lens.before;
  const position = positions[0] ?? tokens.length - 1;
  const labels = useMemo(() => tokens.map(({ text }) => visibleToken(text)), [tokens]);
  const chart = useMemo(() => (edit === null ? null : lensChart(lens, edit, changed)), [lens, edit, changed]);
  return (
    <>
      <Radios
        label={l10n.t('Token that the lens reads at')}
        class="tokens"
        options={labels.map((content) => ({ content }))}
        chosen={position}
        onChoose={onPosition}
      />
      {edit !== null && changed && <Overtaking lens={lens} edit={edit} />}
      {chart !== null && chart.lines.length > 0 && (
        <LinePicture
          label={l10n.t('Log probability of the answers by layer; the table below has the numbers')}
          chart={chart}
        />
      )}
      <LensTable lens={lens} changed={changed} />
    </>
  );
}

/** From which layer on the new answer leads, before and after. */
function Overtaking({
  lens,
  edit,
}: {
  readonly lens: LensComparison;
  readonly edit: InspectedEdit;
}): VNode | null {
  if (edit.targetTrue === null) return null;
  const layer = overtakingLayer(lens.after);
  const always = overtakingLayer(lens.before);
  const sentence =
    layer === null
      ? l10n.t('After the edit, “{0}” does not overtake “{1}” here.', edit.targetNew, edit.targetTrue)
      : l10n.t('After the edit, “{0}” overtakes “{1}” in layer {2}.', edit.targetNew, edit.targetTrue, layer);
  return (
    <p class="overtaking">
      <b>{sentence}</b>{' '}
      <span class="muted">
        {always === null
          ? l10n.t('Before it, it does not.')
          : l10n.t('Before it, it did in layer {0}.', always)}
      </span>
    </p>
  );
}
