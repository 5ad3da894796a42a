import type { Finding, Inventory, Traced, Verdict } from '../../protocol/review.ts';
import type { Change } from './difference/change.ts';
import type { Fingerprint } from './fingerprint.ts';

/** What was found of one edited tensor beyond its numbers. */
export interface Trace {
  readonly tensor: string;
  readonly subjects: readonly Traced[];
  readonly objects: readonly Traced[];
}

const blank = { tensor: null, rank: null, energy: null, relative: null, subjects: [], objects: [] };

/** All findings, what was done to the weights first. */
export function findingsOf(
  { verdict, edited, evidence }: Fingerprint,
  changes: readonly Change[],
  inventory: Inventory,
  trace: Trace | undefined,
): Finding[] {
  return [
    ...edited.map((change) => editFinding(change, trace)),
    ...weightFinding(verdict, edited.length, changes, evidence),
    ...inventory.metadata.map(
      ({ key, kind }): Finding => ({
        ...blank,
        kind,
        tensor: key,
        summary: kind === 'chat-template' ? `The chat template (${key}) differs.` : `${key} differs.`,
      }),
    ),
    ...inventory.added.map((name) => shapeFinding('tensor-added', name, 'is not in the base')),
    ...inventory.removed.map((name) => shapeFinding('tensor-removed', name, 'is missing in the candidate')),
    ...inventory.reshaped.map((name) => shapeFinding('tensor-reshaped', name, 'has another shape')),
  ];
}

function editFinding({ diff, spectrum, relative }: Change, trace: Trace | undefined): Finding {
  const { name } = diff.pair;
  const own = trace?.tensor === name ? trace : undefined;
  const [subject] = own?.subjects ?? [];
  const [object] = own?.objects ?? [];
  const count = spectrum?.spikes ?? 0;
  const directions = count === 1 ? 'one direction' : `${count} directions`;
  const about = subject === undefined ? '' : ` The key it answers to is that of "${subject.text}"`;
  const says = object === undefined ? '' : `, of which the candidate now says "${object.text}"`;
  return {
    kind: 'edit',
    tensor: name,
    summary: `${name} was rewritten along ${directions}.${about}${about === '' ? '' : `${says}.`}`,
    rank: spectrum?.spikes ?? null,
    energy: spectrum?.energy ?? null,
    relative,
    subjects: [...(own?.subjects ?? [])],
    objects: (own?.objects ?? []).map(({ text, score }) => ({ text, score })),
  };
}

/** The finding that stands for many tensors at once. */
const ofVerdict: Readonly<Partial<Record<Verdict, Finding['kind']>>> = {
  requantised: 'requantisation',
  'fine-tuned': 'fine-tune',
  'adapter-merged': 'adapter',
  edited: 'dense-change',
  unknown: 'dense-change',
};

function weightFinding(
  verdict: Verdict,
  edited: number,
  changes: readonly Change[],
  evidence: readonly string[],
): Finding[] {
  const kind = ofVerdict[verdict];
  if (kind === undefined || changes.length === 0 || edited > 0) return [];
  return [{ ...blank, kind, summary: evidence.slice(0, 2).join(' ') }];
}

function shapeFinding(kind: Finding['kind'], name: string, says: string): Finding {
  return { ...blank, kind, tensor: name, summary: `${name} ${says}.` };
}
