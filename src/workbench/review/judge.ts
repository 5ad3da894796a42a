import { isDeepStrictEqual } from 'node:util';
import { readPolicy } from '../../engine/review/policy/policies.ts';
import { violationsOf } from '../../engine/review/policy/policy.ts';
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
    trustedKeys,
  }: Pick<KeptReview, 'probes' | 'trustedKeys'> & { readonly reviewed: NonNullable<KeptReview['reviewed']> },
): Promise<Judgement> {
  const policy = await readPolicy(name);
  const keys = policy.trustedKeys ?? [];
  const sameKeys = isDeepStrictEqual(keys, trustedKeys);
  if (keys.length > 0 && !sameKeys) return { kind: 'unmeasured' };
  if (!wasMeasured(policy, probes, reviewed.behaviour !== null)) return { kind: 'unmeasured' };
  const violations = violationsOf(policy, reviewed, reviewed.behaviour, sameKeys && isDeclared(reviewed));
  return { kind: 'judged', violations };
}

/** A trusted key declares every change. */
function isDeclared({ declared, findings }: NonNullable<KeptReview['reviewed']>): boolean {
  return declared !== null && findings.every(({ kind }) => kind !== 'undeclared-change');
}

function wasMeasured(policy: Policy, asked: KeptReview['probes'], behaviour: boolean): boolean {
  if (policy.probes !== undefined && !isDeepStrictEqual(policy.probes, asked)) return false;
  return policy.maxDrift === undefined || behaviour;
}
