import { isDeepStrictEqual } from 'node:util';
import { violationsOf } from '../../engine/review/policy/policy.ts';
import type { Policy, Violation } from '../../protocol/review.ts';
import type { KeptReview } from './keptReview.ts';
import { type PolicySource, policyFrom } from './policySource.ts';

/** What a policy says of a review. `unmeasured`: it asks for what the review has not measured. */
export type Judgement =
  | { readonly kind: 'judged'; readonly violations: readonly Violation[] }
  | { readonly kind: 'unmeasured' };

/**
 * Holds what was found against a policy, without reviewing anew where that can be.
 *
 * @throws InputError where the file is wrong
 */
export async function judge(
  source: PolicySource,
  {
    reviewed,
    probes,
    trustedKeys,
  }: Pick<KeptReview, 'probes' | 'trustedKeys'> & { readonly reviewed: NonNullable<KeptReview['reviewed']> },
): Promise<Judgement> {
  const policy = await policyFrom(source);
  const keys = policy.trustedKeys ?? [];
  const sameKeys = isDeepStrictEqual(keys, trustedKeys);
  if (keys.length > 0 && !sameKeys) return { kind: 'unmeasured' };
  if (!wasTried(policy, probes, reviewed)) return { kind: 'unmeasured' };
  const { behaviour } = reviewed;
  const declared = sameKeys && isDeclared(reviewed);
  return { kind: 'judged', violations: violationsOf(policy, { review: reviewed, behaviour, declared }) };
}

/** A trusted key declares every change. */
function isDeclared({ declared, findings }: NonNullable<KeptReview['reviewed']>): boolean {
  return declared !== null && findings.every(({ kind }) => kind !== 'undeclared-change');
}

/** Was it measured, or could it not be? What was tried in vain is not met; to try again would not help. */
function wasTried(
  policy: Policy,
  asked: KeptReview['probes'],
  { behaviour, findings }: NonNullable<KeptReview['reviewed']>,
): boolean {
  if (policy.probes !== undefined && !isDeepStrictEqual(policy.probes, asked)) return false;
  const tried = behaviour !== null || findings.some(({ kind }) => kind === 'unmeasured');
  return tried || (policy.maxDrift === undefined && policy.probes === undefined);
}
