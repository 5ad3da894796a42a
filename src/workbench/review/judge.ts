import { isDeepStrictEqual } from 'node:util';
import { readPolicy } from '../../engine/review/policies.ts';
import { violationsOf } from '../../engine/review/policy.ts';
import type { Policy, Violation } from '../../protocol/review.ts';
import type { KeptReview } from './keptReview.ts';

/** What a policy says of a review. `unmeasured`: it asks for what the review has not measured. */
export type Judgement =
  | { readonly kind: 'judged'; readonly violations: readonly Violation[] }
  | { readonly kind: 'unmeasured' };

/**
 * Holds what was found against a policy, without reviewing anew where that can be.
 *
 * @param name a preset, or the path of a policy file
 * @throws InputError where the file is wrong
 */
export async function judge(
  name: string,
  {
    reviewed,
    probes,
  }: Pick<KeptReview, 'probes'> & { readonly reviewed: NonNullable<KeptReview['reviewed']> },
): Promise<Judgement> {
  const policy = await readPolicy(name);
  if (!wasMeasured(policy, probes, reviewed.behaviour !== null)) return { kind: 'unmeasured' };
  const violations = violationsOf(policy, reviewed, reviewed.behaviour, reviewed.declared !== null);
  return { kind: 'judged', violations };
}

function wasMeasured(policy: Policy, asked: KeptReview['probes'], behaviour: boolean): boolean {
  if (policy.probes !== undefined && !isDeepStrictEqual(policy.probes, asked)) return false;
  return policy.maxDrift === undefined || behaviour;
}
