import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { Reviewed } from '../../src/protocol/review.ts';
import type { ReviewState } from '../../src/protocol/reviewPage.ts';
import { useSavedState } from '../savedState.ts';
import { Answers } from './Answers.tsx';
import { ChangeMapSection } from './ChangeMapSection.tsx';
import { Detail } from './Detail.tsx';
import { FindingsTree } from './FindingsTree.tsx';
import { PolicySection } from './PolicySection.tsx';
import type { Act } from './reviewHost.ts';
import { isSelection, type Selection, selectedOf } from './selection.ts';
import { UndoPatchSection } from './UndoPatchSection.tsx';
import { VerdictSection } from './VerdictSection.tsx';

interface ReviewedViewProps {
  readonly state: ReviewState;
  readonly reviewed: Reviewed;
  readonly act: Act;
}

/** A finished review: the verdict and what the policy says of it, then the evidence from near to far. */
export function ReviewedView({ state, reviewed, act }: ReviewedViewProps): VNode {
  const [selection, select] = useSavedState<Selection>('selection', { finding: 0 }, isSelection);
  const selected = selectedOf(reviewed, selection);
  const { findings, behaviour, reversal, tensors } = reviewed;
  return (
    <>
      <VerdictSection reviewed={reviewed} />
      <PolicySection policy={state.policy} act={act} />
      {findings.length > 0 && (
        <section>
          <h2>{l10n.t('Findings')}</h2>
          <div class="findings-columns">
            <FindingsTree
              findings={findings}
              selected={selected?.place ?? null}
              onSelect={(finding) => select({ finding })}
            />
            {selected !== undefined && <Detail selected={selected} />}
          </div>
        </section>
      )}
      {reversal !== null && (
        <UndoPatchSection reversal={reversal} behaviour={behaviour} state={state.reversal} act={act} />
      )}
      {behaviour !== null && <Answers behaviour={behaviour} now={state.reversal.now} />}
      {tensors.length > 0 && (
        <ChangeMapSection
          reviewed={reviewed}
          names={state.tensors}
          selected={selected?.tensor?.name ?? null}
          onSelect={(tensor) => select({ tensor })}
        />
      )}
    </>
  );
}
