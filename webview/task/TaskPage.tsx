import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { TaskAction, TaskState } from '../../src/protocol/taskPage.ts';
import { Notice, Problem, Waiting } from '../inspector/shell/Notice.tsx';
import { Button } from '../ui/Button.tsx';
import { useRestoredState } from '../usePushedState.ts';
import { ResultView } from './ResultView.tsx';
import { aboutRequest, actionsOf, againTitle, stoppedWords } from './requestWords.ts';
import type { TaskHost } from './taskHost.ts';

/** What was asked for, how far it is, and what came of it; a result of before stays until there is a new one. */
export function TaskPage({ host }: { readonly host: TaskHost }): VNode {
  const state = useRestoredState<TaskState>(host, 'task');
  if (state === null) return <Waiting what={l10n.t('Opening the result')} fraction={0} />;
  const act = (action: TaskAction) => void host.call('act', { action });
  return (
    <main class="task">
      <Heading state={state} act={act} />
      <Progress state={state} act={act} />
      {state.result !== null && <ResultView host={host} state={state} result={state.result} />}
    </main>
  );
}

interface Props {
  readonly state: TaskState;
  readonly act: (action: TaskAction) => void;
}

function Heading({ state, act }: Props): VNode {
  const { title, request, result, progress } = state;
  const done = result !== null;
  const running = progress.name === 'running';
  return (
    <header class="heading">
      <div class="heading-edit">
        <h1>{title}</h1>
      </div>
      <p class="muted heading-model">{aboutRequest(request)}</p>
      <div class="buttons">
        {done &&
          !running &&
          actionsOf(request.kind).map(({ action, title: text, primary }) => (
            <Button key={action} kind={primary ? 'primary' : 'secondary'} onClick={() => act(action)}>
              {text}
            </Button>
          ))}
        {done && !running && <Button onClick={() => act('again')}>{againTitle(request.kind)}</Button>}
      </div>
    </header>
  );
}

function Progress({ state, act }: Props): VNode | null {
  const { progress, request } = state;
  switch (progress.name) {
    case 'running':
      return (
        <Waiting
          what={progress.stage || l10n.t('Waiting for the engine')}
          fraction={progress.fraction}
          onStop={() => act('stop')}
        />
      );
    case 'failed':
      return <Problem message={progress.message} onAgain={() => act('again')} />;
    case 'stopped':
      return (
        <Notice
          title={l10n.t('Stopped')}
          action={{ title: stoppedWords(request.kind).button, run: () => act('again') }}
        >
          {stoppedWords(request.kind).sentence}
        </Notice>
      );
    case 'done':
      return null;
  }
}
