import * as l10n from '@vscode/l10n';
import type { ComponentChildren, VNode } from 'preact';
import { WordDiff } from '../locality/Generations.tsx';
import type { Answer } from './answer.ts';

interface AnswersProps {
  readonly answer: Answer;
  /** What "with" means; null where nothing is on or computed. */
  readonly label: string | null;
  /** Whether the answer with the edit in context is shown. */
  readonly inContext: boolean;
}

/** Both answers as they come, and when both are there what differs between them. */
export function Answers({ answer, label, inContext }: AnswersProps): VNode {
  const { state, stage, complaint, before, after } = answer;
  const running = state === 'running';
  const sides = 1 + (label === null ? 0 : 1) + (inContext ? 1 : 0);
  return (
    <>
      <div class={`answers sides-${sides}`}>
        <Side
          title={l10n.t('Without the edit')}
          text={before}
          tone="before"
          writing={running && after === null && answer.inContext === null}
        >
          {state === 'none' && l10n.t('The model’s own answer appears here.')}
        </Side>
        {label !== null && (
          <Side
            title={l10n.t('With {0}', label)}
            text={after}
            tone="after"
            writing={running && after !== null && answer.inContext === null}
          >
            {state === 'none' && l10n.t('The edited model’s answer appears here.')}
            {running && before !== null && l10n.t('Waiting for the answer without the edit.')}
          </Side>
        )}
        {inContext && (
          <Side
            title={l10n.t('With the fact in context')}
            text={answer.inContext}
            tone="context"
            writing={running && answer.inContext !== null}
          >
            {l10n.t(
              'The base, with the new fact and examples of others before the prompt (IKE). It applies only while that text is in the prompt.',
            )}
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
  readonly tone: 'before' | 'after' | 'context';
  readonly writing: boolean;
  /** Said as long as there is no text. */
  readonly children: ComponentChildren;
}

function Side({ title, text, tone, writing, children }: SideProps): VNode {
  return (
    <section class={`answer answer-${tone}`} aria-label={title} aria-busy={writing}>
      <h3>{title}</h3>
      <p class={text === null ? 'muted' : 'answer-text'}>
        {text ?? children}
        {writing && <span class="caret" aria-hidden="true" />}
      </p>
    </section>
  );
}
