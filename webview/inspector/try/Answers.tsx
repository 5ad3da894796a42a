import * as l10n from '@vscode/l10n';
import type { ComponentChildren, VNode } from 'preact';
import { WordDiff } from '../locality/Generations.tsx';
import type { Answer } from './answer.ts';

interface AnswersProps {
  readonly answer: Answer;
  /** What "with" means; null where nothing is on or computed. */
  readonly label: string | null;
}

/** Both answers as they come, and when both are there what differs between them. */
export function Answers({ answer, label }: AnswersProps): VNode {
  const { state, stage, complaint, before, after } = answer;
  const running = state === 'running';
  return (
    <>
      <div class={label === null ? 'answers single' : 'answers'}>
        <Side title={l10n.t('Without the edit')} text={before} writing={running && after === null}>
          {state === 'none' && l10n.t('The model’s own answer appears here.')}
        </Side>
        {label !== null && (
          <Side title={l10n.t('With {0}', label)} text={after} writing={running && after !== null}>
            {state === 'none' && l10n.t('The edited model’s answer appears here.')}
            {running && before !== null && l10n.t('Waiting for the answer without the edit.')}
          </Side>
        )}
      </div>
      {label === null && (
        <p class="muted">
          {l10n.t('Nothing is on and no edit is computed, so there is only the model’s own answer.')}
        </p>
      )}
      <p class="muted" role="status">
        {running && stage !== '' ? stage : ''}
        {state === 'done' && complaint === null && before === after && l10n.t('Both answers are the same.')}
      </p>
      {complaint !== null && (
        <p class="complaint" role="alert">
          {complaint}
        </p>
      )}
      {state === 'done' && before !== null && after !== null && before !== after && (
        <section class="generations">
          <h3>{l10n.t('Difference')}</h3>
          <WordDiff before={before} after={after} />
          <span class="muted">{l10n.t('struck out: without; underlined: with')}</span>
        </section>
      )}
    </>
  );
}

interface SideProps {
  readonly title: string;
  readonly text: string | null;
  readonly writing: boolean;
  /** Said as long as there is no text. */
  readonly children: ComponentChildren;
}

function Side({ title, text, writing, children }: SideProps): VNode {
  return (
    <section class="answer" aria-label={title} aria-busy={writing}>
      <h3>{title}</h3>
      <p class={text === null ? 'muted' : 'answer-text'}>
        {text ?? children}
        {writing && <span class="caret" aria-hidden="true" />}
      </p>
    </section>
  );
}
