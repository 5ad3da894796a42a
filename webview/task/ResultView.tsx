import type { VNode } from 'preact';
import type { TaskState } from '../../src/protocol/taskPage.ts';
import type { TaskResult } from '../../src/protocol/tasks.ts';
import { BakedView } from './BakedView.tsx';
import { ComparisonView } from './comparison/ComparisonView.tsx';
import { EvaluationView } from './evaluation/EvaluationView.tsx';
import { ImportView } from './ImportView.tsx';
import { RedteamView } from './RedteamView.tsx';
import { ResistView } from './ResistView.tsx';
import { ReversalView } from './ReversalView.tsx';
import { SafetyView } from './SafetyView.tsx';
import { SweepView } from './SweepView.tsx';
import type { TaskHost } from './taskHost.ts';
import { VerifiedView } from './VerifiedView.tsx';

interface ResultViewProps {
  readonly host: TaskHost;
  readonly state: TaskState;
  readonly result: TaskResult;
}

/** What came of a task, by its kind. */
export function ResultView({ host, state, result }: ResultViewProps): VNode {
  switch (result.kind) {
    case 'evaluate':
      return <EvaluationView evaluated={result.value} />;
    case 'sweep':
      return (
        <SweepView
          sweep={result.value}
          target={state.target}
          onChoose={(layer) => void host.call('chooseLayer', { layer })}
        />
      );
    case 'compare':
      return <ComparisonView comparison={result.value} request={state.request} />;
    case 'safety':
      return <SafetyView found={result.value} />;
    case 'redteam':
      return <RedteamView found={result.value} />;
    case 'resist':
      return <ResistView found={result.value} />;
    case 'learnReversal':
      return <ReversalView host={host} learned={result.value} />;
    case 'bake':
      return <BakedView baked={result.value} />;
    case 'verify':
      return <VerifiedView verified={result.value} />;
    case 'importRecords':
      return <ImportView found={result.value} />;
  }
}
