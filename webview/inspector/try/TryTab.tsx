import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { InspectorState } from '../../../src/protocol/inspector.ts';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { TextArea } from '../../ui/TextArea.tsx';
import { TextField } from '../../ui/TextField.tsx';
import type { Actions } from '../inspectorHost.ts';
import type { ChangeView, View } from '../savedView.ts';
import { unreadable } from '../shell/unreadable.tsx';
import type { Trial } from '../useTrial.ts';
import { Answers } from './Answers.tsx';
import { Strength } from './Strength.tsx';
import { readSettings } from './samplingSettings.ts';

interface TryTabProps {
  readonly state: InspectorState;
  readonly actions: Actions;
  readonly trial: Trial;
  readonly view: View;
  readonly onView: ChangeView;
}

/** A prompt, answered without and with the edit, side by side, as the text comes. */
export function TryTab({ state, actions, trial: running, view, onView }: TryTabProps): VNode {
  const blocked = unreadable({ state, actions });
  if (blocked !== null) return blocked;

  const { trial } = view;
  const { answer } = running;
  const prompt = trial.prompt ?? state.edit?.prompt ?? '';
  const settings = readSettings(trial);
  const change = (changed: Partial<View['trial']>) => onView({ trial: { ...trial, ...changed } });
  const inContext = trial.inContext && state.edit !== null;
  const busy = answer.state === 'running';
  const run = () => {
    if (settings.valid && prompt.trim() !== '' && !busy)
      running.run({ prompt, chat: trial.chat, inContext, ...settings.value });
  };

  return (
    <div class="try">
      <TextArea
        label={l10n.t('Prompt')}
        placeholder={l10n.t('A text that the model continues')}
        value={prompt}
        rows={3}
        onInput={(text) => change({ prompt: text })}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) run();
        }}
      />
      <div class="toolbar">
        {busy ? (
          <Button kind="primary" onClick={running.stop}>
            {l10n.t('Stop')}
          </Button>
        ) : (
          <Button kind="primary" disabled={prompt.trim() === '' || !settings.valid} onClick={run}>
            {l10n.t('Generate')}
          </Button>
        )}
        <Checkbox checked={trial.chat} onChange={(chat) => change({ chat })}>
          {l10n.t('As a chat turn')}
        </Checkbox>
        {state.edit !== null && (
          <Checkbox checked={trial.inContext} onChange={(chosen) => change({ inContext: chosen })}>
            {l10n.t('In context too (IKE)')}
          </Checkbox>
        )}
        <Checkbox checked={trial.sampled} onChange={(sampled) => change({ sampled })}>
          {l10n.t('Sample')}
        </Checkbox>
        <Setting
          name={l10n.t('Tokens')}
          value={trial.maxTokens}
          onInput={(maxTokens) => change({ maxTokens })}
        />
        {trial.sampled && (
          <>
            <Setting
              name={l10n.t('Temperature')}
              value={trial.temperature}
              onInput={(temperature) => change({ temperature })}
            />
            <Setting name={l10n.t('Top p')} value={trial.topP} onInput={(topP) => change({ topP })} />
            <Setting name={l10n.t('Seed')} value={trial.seed} onInput={(seed) => change({ seed })} />
          </>
        )}
      </div>
      {!settings.valid && (
        <p class="complaint" role="alert">
          {settings.complaint}
        </p>
      )}
      <Answers
        answer={answer}
        label={state.change?.label ?? null}
        inContext={inContext || answer.wantsContext}
      />
      <Strength state={state} />
    </div>
  );
}

interface SettingProps {
  readonly name: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
}

function Setting({ name, value, onInput }: SettingProps): VNode {
  return (
    <span class="setting">
      <span aria-hidden="true" class="muted">
        {name}
      </span>
      <TextField label={name} value={value} onInput={onInput} />
    </span>
  );
}
