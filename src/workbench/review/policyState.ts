import path from 'node:path';
import { l10n } from 'vscode';
import type { Violation } from '../../protocol/review.ts';
import type { PolicyState } from '../../protocol/reviewPage.ts';
import { sentenceOf } from '../engine/messages.ts';
import type { KeptReview } from './keptReview.ts';
import { isPolicyFile } from './policyChoice.ts';
import { sideName } from './side.ts';

/** What one review has against its candidate, by its policy file. */
export interface Failure {
  readonly policy: string;
  readonly candidate: string;
  readonly violations: readonly Violation[];
  /** The files that were reviewed; what was found holds until one of them changes. */
  readonly files: readonly string[];
}

/** How a review stands by its policy. @returns null where it has none, or no base */
export async function policyState({
  policy,
  base,
  reviewed,
  probes,
}: KeptReview): Promise<PolicyState | null> {
  if (policy === null || base === null) return null;
  const shown = { name: path.basename(policy), file: isPolicyFile(policy), violations: null, problem: null };
  if (reviewed === null) return shown;
  try {
    const { judge } = await import('./judge.ts');
    const judgement = await judge(policy, { reviewed, probes });
    if (judgement.kind === 'judged') return { ...shown, violations: judgement.violations };
    const problem = l10n.t('The policy asks for probes or a drift that were not measured; review again.');
    return { ...shown, problem };
  } catch (error) {
    return { ...shown, problem: sentenceOf(error) };
  }
}

/** @returns undefined where the policy is met, is no file, or has not judged */
export function failureOf(
  { policy, base, candidate }: KeptReview,
  state: PolicyState | null,
): Failure | undefined {
  const violations = state?.violations ?? [];
  if (policy === null || !isPolicyFile(policy) || violations.length === 0) return undefined;
  const files = [candidate, base].flatMap((side) => (side?.kind === 'file' ? [side.path] : []));
  return { policy, candidate: sideName(candidate).name, violations, files };
}
