import path from 'node:path';
import { l10n } from 'vscode';
import type { Reviewed, Violation } from '../../protocol/review.ts';
import type { PolicyState } from '../../protocol/reviewPage.ts';
import { sentenceOf } from '../engine/messages.ts';
import type { KeptReview } from './keptReview.ts';
import { isPolicyFile } from './policyChoice.ts';
import type { PolicySource } from './policySource.ts';
import { sideName } from './side.ts';

/** What one review has against its candidate, by its policy file. */
export interface Judged {
  readonly policy: string;
  readonly candidate: string;
  /** None where the candidate passes, or the policy cannot be read as it is now. */
  readonly violations: readonly Violation[];
  /** The files that were reviewed; what was found holds until one of them changes. */
  readonly files: readonly string[];
}

/** How a review stands by its policy. @returns null where it has none, or no base */
export async function policyState({
  policy,
  base,
  reviewed,
  ...asked
}: KeptReview): Promise<PolicyState | null> {
  if (policy === null || base === null) return null;
  const shown = { ...named(policy), file: isPolicyFile(policy), violations: null, problem: null };
  if (reviewed === null) return shown;
  try {
    const { judge } = await import('./judge.ts');
    const judgement = await judge(policy, { reviewed, ...asked });
    if (judgement.kind === 'judged') return { ...shown, violations: judgement.violations };
    const problem = l10n.t(
      'The policy requires probes, drift or a signature that this review did not check; review again.',
    );
    return { ...shown, problem };
  } catch (error) {
    return { ...shown, problem: sentenceOf(error) };
  }
}

/** How a policy is called, and where it comes from; null for a preset, which is part of the tool. */
function named(policy: PolicySource): Pick<PolicyState, 'name' | 'from'> {
  if (typeof policy !== 'string') return { name: sideName(policy).name, from: sideName(policy).detail };
  return { name: path.basename(policy), from: isPolicyFile(policy) ? policy : null };
}

/** The policy's outcome as reports give it. What could not be judged is not met. */
export function outcomeOf(state: PolicyState | null): Reviewed['policy'] {
  if (state === null) return null;
  const { violations, problem } = state;
  const unjudged = { rule: 'allow', text: problem ?? '', unmeasured: true } as const;
  const broken = violations === null ? [unjudged] : [...violations];
  return { passed: broken.length === 0, violations: broken };
}

/** @returns undefined where no policy file is to say anything, or nothing was found that it could judge */
export function judgedOf(
  { policy, base, candidate, reviewed }: KeptReview,
  state: PolicyState | null,
): Judged | undefined {
  if (policy === null || !isPolicyFile(policy) || reviewed === null) return undefined;
  const files = [candidate, base].flatMap((side) => (side?.kind === 'file' ? [side.path] : []));
  return { policy, candidate: sideName(candidate).name, violations: state?.violations ?? [], files };
}
