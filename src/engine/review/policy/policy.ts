import { POLICY_RULES, type Policy, type Violation } from '../../../protocol/review.ts';
import { type Judged, rules } from './rules.ts';

/** What of a review the policy does not let through, rule by rule; none if the candidate passes. */
export function violationsOf(policy: Policy, judged: Judged): Violation[] {
  return POLICY_RULES.flatMap((rule) =>
    rules[rule].evaluate(policy, judged).map((complaint) => ({ rule, ...complaint })),
  );
}
