import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { ReviewState } from '../../src/protocol/reviewPage.ts';
import { visible } from '../../src/text/visible.ts';
import { Notice, Problem, Waiting } from '../inspector/shell/Notice.tsx';
import { Button } from '../ui/Button.tsx';
import { useRestoredState } from '../usePushedState.ts';
import { InspectedView } from './InspectedView.tsx';
import { ReviewedView } from './ReviewedView.tsx';
import type { Act, ReviewHost } from './reviewHost.ts';
import { VerdictSection } from './VerdictSection.tsx';

/** The review of one checkpoint. */
export function ReviewPage({ host }: { readonly host: ReviewHost }): VNode {
  const state = useRestoredState<ReviewState>(host, 'review');
  const act: Act = (action) => void host.call('act', { action });
  if (state === null) return <Waiting what={l10n.t('Opening the review')} fraction={0} />;
  return (
    <main class="review">
      <Heading state={state} act={act} />
      <Body state={state} act={act} />
    </main>
  );
}

interface Props {
  readonly state: ReviewState;
  readonly act: Act;
}

function Heading({ state: { base, candidate, progress }, act }: Props): VNode {
  const running = progress.name === 'running';
  return (
    <header class="heading">
      <div class="heading-edit">
        <h1>{visible(candidate.name)}</h1>
      </div>
      <p class="muted heading-model">
        {base === null ? (
          <span title={candidate.detail}>
            {l10n.t('inspected without its base')}
            <span class="unseen">: {candidate.detail}</span>
          </span>
        ) : (
          <span title={`${candidate.detail}\n${base.detail}`}>
            {l10n.t('compared with {0}', base.name)}
            <span class="unseen">
              : {candidate.detail}, {base.detail}
            </span>
          </span>
        )}
      </p>
      <div class="buttons">
        <Button disabled={running} onClick={() => act('again')}>
          {l10n.t('Review Again')}
        </Button>
        {base !== null && (
          <>
            <Button disabled={progress.name !== 'done'} onClick={() => act('showReport')}>
              {l10n.t('Show Report')}
            </Button>
            <Button disabled={progress.name !== 'done'} onClick={() => act('copyMarkdown')}>
              {l10n.t('Copy as Markdown')}
            </Button>
          </>
        )}
        <Button disabled={progress.name !== 'done'} onClick={() => act('report')}>
          {l10n.t('Save Report…')}
        </Button>
      </div>
    </header>
  );
}

/** What the review has done so far. */
function Stages({
  progress: { passed },
}: {
  readonly progress: Extract<ReviewState['progress'], { name: 'running' }>;
}): VNode | null {
  if (passed.length === 0) return null;
  return (
    <ul class="stages" aria-label={l10n.t('Done')}>
      {passed.map((stage) => (
        <li key={stage}>
          <span aria-hidden="true">✓ </span>
          {stage}
        </li>
      ))}
    </ul>
  );
}

function Body({ state, act }: Props): VNode | null {
  const { progress, reviewed, inspected } = state;
  switch (progress.name) {
    case 'running':
      return (
        <>
          <Stages progress={progress} />
          <Waiting
            what={progress.stage || l10n.t('Reviewing')}
            fraction={progress.fraction}
            onStop={() => act('stop')}
          />
          {reviewed !== null && (
            <>
              <p class="muted">
                {l10n.t('The tensors are compared; the answers of the models are still being measured.')}
              </p>
              <VerdictSection reviewed={reviewed} />
            </>
          )}
        </>
      );
    case 'failed':
      return <Problem message={progress.message} onAgain={() => act('again')} />;
    case 'stopped':
      return (
        <Notice title={l10n.t('Not reviewed')} action={{ title: l10n.t('Review'), run: () => act('again') }}>
          {l10n.t('The review was stopped before it had a verdict.')}
        </Notice>
      );
    case 'done':
      if (reviewed !== null) return <ReviewedView state={state} reviewed={reviewed} act={act} />;
      return inspected === null ? null : <InspectedView inspected={inspected} act={act} />;
  }
}
