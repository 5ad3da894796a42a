import type {
  Behaviour,
  FindingKind,
  Policy,
  Reviewed,
  Verdict,
  Violation,
} from '../../../protocol/review.ts';

/** Findings that come with a verdict and are let through with it. */
const implied: Readonly<Record<Verdict, readonly FindingKind[]>> = {
  identical: [],
  metadata: ['metadata'],
  requantised: ['requantisation', 'metadata'],
  'fine-tuned': ['fine-tune', 'requantisation', 'metadata'],
  'adapter-merged': ['adapter', 'requantisation', 'metadata'],
  edited: ['edit', 'dense-change', 'requantisation', 'metadata'],
  unknown: [],
};

/**
 * What a review finds that the policy does not let through; none if the candidate passes.
 *
 * @param declared a trusted key declares every change of the candidate, which lets edits through
 */
export function violationsOf(
  policy: Policy,
  review: Pick<Reviewed, 'verdict' | 'findings' | 'tensors'>,
  behaviour: Behaviour | null,
  declared: boolean,
): Violation[] {
  const found: Violation[] = [];
  const add = (rule: Violation['rule'], text: string) => found.push({ rule, text });
  const allowed: readonly Verdict[] = declared ? [...policy.allow, 'edited'] : policy.allow;
  if (!allowed.includes(review.verdict)) {
    add('allow', `The verdict is "${review.verdict}"; the policy allows ${policy.allow.join(', ')}.`);
  }
  const kinds = new Set<FindingKind>([
    ...allowed.flatMap((verdict) => implied[verdict]),
    ...(policy.findings ?? []),
  ]);
  for (const { kind, summary } of review.findings) {
    if (!kinds.has(kind)) add('findings', `A finding of the kind "${kind}" is not allowed: ${summary}`);
  }
  const { tensors: patterns, maxRelative, maxDrift } = policy;
  for (const { name, relative } of review.tensors) {
    if (patterns !== undefined && !patterns.some((pattern) => matches(pattern, name))) {
      add('tensors', `${name} changed, which the policy does not allow.`);
    }
    if (maxRelative !== undefined && relative > maxRelative) {
      add(
        'maxRelative',
        `${name} changed by ${relative.toPrecision(3)} of its norm; at most ${maxRelative} is allowed.`,
      );
    }
  }
  if (behaviour !== null) found.push(...misbehaviour(behaviour, maxDrift));
  return found;
}

function misbehaviour({ probes, drift }: Behaviour, maxDrift: number | undefined): Violation[] {
  const failed = probes
    .filter(({ passedAfter, probe }) => passedAfter === false && probe.edit !== 'traced')
    .map(
      ({ probe }): Violation => ({
        rule: 'probes',
        text: `The probe ${JSON.stringify(probe.prompt)} of ${probe.edit} fails.`,
      }),
    );
  if (maxDrift === undefined || drift.meanKl <= maxDrift) return failed;
  return [
    ...failed,
    {
      rule: 'maxDrift',
      text: `The drift on control text is ${drift.meanKl.toPrecision(3)} nats; at most ${maxDrift} is allowed.`,
    },
  ];
}

/** `*` stands for any part of a name; nothing else is special. */
function matches(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}
