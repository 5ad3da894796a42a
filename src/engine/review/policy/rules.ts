import type {
  Behaviour,
  FindingKind,
  Policy,
  PolicyRule,
  Reviewed,
  Verdict,
  Violation,
} from '../../../protocol/review.ts';
import { magnitude } from '../../../text/numbers.ts';
import { matchesGlob } from './glob.ts';
import { findingsWith } from './impliedFindings.ts';

/** What a policy judges. */
export interface Judged {
  readonly review: Pick<Reviewed, 'verdict' | 'findings' | 'tensors'>;
  /** null where it was not measured. */
  readonly behaviour: Behaviour | null;
  /** A trusted key declares every tensor that changed, which lets edits through. */
  readonly declared: boolean;
}

type Complaint = Omit<Violation, 'rule'>;

/** One part of a policy. */
export interface Rule {
  /** What the candidate must fulfil, and in which unit a bound is given. */
  readonly demands: string;
  /** What is not met. A measurement that is missing meets nothing. */
  readonly evaluate: (policy: Policy, judged: Judged) => readonly Complaint[];
}

/** Every rule of a policy. A rule that the policy does not state demands nothing, but for `allow` and `findings`. */
export const rules: Readonly<Record<PolicyRule, Rule>> = {
  allow: {
    demands: 'The verdict is one that the policy allows; a declared edit may be "edited".',
    evaluate: (policy, { review: { verdict }, declared }) =>
      verdictsOf(policy, declared).includes(verdict)
        ? []
        : [broken(`The verdict is "${verdict}"; the policy allows ${policy.allow.join(', ')}.`)],
  },
  findings: {
    demands: 'Every finding comes with an allowed verdict, or is of a kind that the policy lists.',
    evaluate: (policy, { review: { findings }, declared }) => {
      const allowed = new Set<FindingKind>([
        ...findingsWith(verdictsOf(policy, declared)),
        ...(policy.findings ?? []),
      ]);
      return findings
        .filter(({ kind }) => !allowed.has(kind))
        .map(({ kind, summary }) => broken(`A finding of the kind "${kind}" is not allowed: ${summary}`));
    },
  },
  tensors: {
    demands: 'Only tensors whose names fit a pattern differ, are added, missing or of another shape.',
    evaluate: ({ tensors: patterns }, { review }) =>
      patterns === undefined
        ? []
        : [...review.tensors.map(({ name }) => name), ...tensorsOf(review, presence)]
            .filter((name) => !patterns.some((pattern) => matchesGlob(pattern, name)))
            .map((name) => broken(`${name} changed, which the policy does not allow.`)),
  },
  maxRelative: {
    demands: 'No tensor changes by more than this share of its norm, ‖ΔW‖ / ‖W‖ (Frobenius).',
    evaluate: ({ maxRelative }, { review }) =>
      maxRelative === undefined
        ? []
        : [
            ...review.tensors
              .filter(({ relative }) => !(relative <= maxRelative))
              .map(({ name, relative }) =>
                broken(
                  `${name} changed by ${magnitude(relative)} of its norm; at most ${maxRelative} is allowed.`,
                ),
              ),
            ...tensorsOf(review, ['tensor-reshaped']).map((name) =>
              unmeasured(`${name} has another shape, so how much it changed is not known.`),
            ),
          ],
  },
  maxDrift: {
    demands: 'The mean KL(base ‖ candidate) on control text is at most this many nats a token.',
    evaluate: ({ maxDrift }, { behaviour }) => {
      if (maxDrift === undefined) return [];
      if (behaviour === null) {
        return [unmeasured('The drift on control text was not measured, so its bound is not met.')];
      }
      const { meanKl } = behaviour.drift;
      return meanKl <= maxDrift
        ? []
        : [broken(`The drift on control text is ${magnitude(meanKl)} nats; at most ${maxDrift} is allowed.`)];
    },
  },
  probes: {
    demands: "The policy's probes and the reviewer's pass on the candidate, as far as they have an answer.",
    evaluate: (policy, { behaviour }) => {
      const asked = (behaviour?.probes ?? []).filter(({ probe }) => probe.origin !== 'tool');
      const judged = asked.filter(({ passedAfter }) => passedAfter !== null);
      if (policy.probes !== undefined && judged.length === 0) {
        return [unmeasured("None of the policy's probes was measured, so they are not met.")];
      }
      return judged
        .filter(({ passedAfter }) => passedAfter === false)
        .map(({ probe }) => broken(`The probe ${JSON.stringify(probe.prompt)} of ${probe.edit} fails.`));
    },
  },
};

const broken = (text: string): Complaint => ({ text, unmeasured: false });
const unmeasured = (text: string): Complaint => ({ text, unmeasured: true });

const verdictsOf = ({ allow }: Policy, declared: boolean): readonly Verdict[] =>
  declared ? [...allow, 'edited'] : allow;

/** Tensors that only one of the models holds, or that cannot be compared. */
const presence: readonly FindingKind[] = ['tensor-added', 'tensor-removed', 'tensor-reshaped'];

const tensorsOf = ({ findings }: Judged['review'], kinds: readonly FindingKind[]): string[] =>
  findings.flatMap(({ kind, tensor }) => (kinds.includes(kind) && tensor !== null ? [tensor] : []));
