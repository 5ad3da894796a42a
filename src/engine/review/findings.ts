import type { Finding, Inventory, KeyKind, Traced, TracedFact, Verdict } from '../../protocol/review.ts';
import { counted } from '../../text/numbers.ts';
import { type Change, isOfFewRows } from './difference/change.ts';
import type { Fingerprint } from './verdict/found.ts';
import { rowSentence } from './verdict/sentences.ts';

/** What was found of one edited tensor beyond its numbers. */
export interface Trace {
  readonly tensor: string;
  readonly subjects: readonly Traced[];
  readonly objects: readonly Traced[];
  readonly facts: readonly TracedFact[];
}

const blank = {
  tensor: null,
  detail: null,
  place: null,
  rows: [],
  rank: null,
  energy: null,
  relative: null,
  subjects: [],
  objects: [],
  facts: [],
};

/** A finding that is one sentence, about a tensor or about none. */
export function plainFinding(kind: Finding['kind'], summary: string, tensor: string | null = null): Finding {
  return { ...blank, kind, summary, tensor };
}

/** All findings, what was done to the weights first. */
export function findingsOf(
  { verdict, edited, evidence, beside }: Fingerprint,
  changes: readonly Change[],
  inventory: Inventory,
  trace: Trace | undefined,
): Finding[] {
  return [
    ...edited.map((change) => editFinding(change, trace)),
    ...weightFinding(verdict, edited.length, changes, evidence),
    ...beside.map(({ kind, summary }) => plainFinding(kind, summary)),
    ...inventory.metadata.map(metadataFinding),
    ...inventory.added.map((name) => plainFinding('tensor-added', `${name} is not in the base.`, name)),
    ...inventory.removed.map((name) =>
      plainFinding('tensor-removed', `${name} is missing in the candidate.`, name),
    ),
    ...inventory.reshaped.map((name) => plainFinding('tensor-reshaped', `${name} has another shape.`, name)),
    ...inventory.hidden.map((sentence) => plainFinding('hidden-data', sentence)),
    ...(inventory.layout.length === 0 ? [] : [plainFinding('layout', inventory.layout.join(' '))]),
  ];
}

function editFinding(change: Change, trace: Trace | undefined): Finding {
  return isOfFewRows(change) ? rowFinding(change) : directionFinding(change, trace);
}

function rowFinding(change: Change): Finding {
  const { diff, relative, rows } = change;
  return {
    ...plainFinding('edit', rowSentence(change), diff.pair.name),
    relative,
    rows: rows.worst.map(({ row, token, relative }) => ({ row, token: token ?? null, relative })),
  };
}

function directionFinding({ diff, spectrum, relative }: Change, trace: Trace | undefined): Finding {
  const { name } = diff.pair;
  const own = trace?.tensor === name ? trace : undefined;
  const [subject] = own?.subjects ?? [];
  const [fact] = own?.facts ?? [];
  const count = spectrum?.spikes ?? 0;
  const directions = counted(count, 'direction');
  const about = subject === undefined ? '' : ` The key it answers to is that of "${subject.text}"`;
  const says =
    fact === undefined ? '' : `, of which the candidate says "${fact.says}" and the base "${fact.was}"`;
  return {
    ...blank,
    kind: 'edit',
    tensor: name,
    summary: `${name} was rewritten along ${directions}.${about}${about === '' ? '' : `${says}.`}`,
    rank: spectrum?.spikes ?? null,
    energy: spectrum?.energy ?? null,
    relative,
    subjects: [...(own?.subjects ?? [])],
    objects: [...(own?.objects ?? [])],
    facts: [...(own?.facts ?? [])],
  };
}

/** What a change of a key means, as a finding says it. */
const keyKinds: Readonly<Record<KeyKind, string>> = {
  metadata: '',
  computation: ': the model is computed with it',
  vocabulary: ': it is part of the vocabulary, or says how text becomes tokens',
  'chat-template': ': it is the template of chats',
  'unknown-key': ': it is no key that is known here',
};

function metadataFinding({ key, kind, before, after, detail }: Inventory['metadata'][number]): Finding {
  const differs =
    before === null ? 'is not in the base' : after === null ? 'is missing in the candidate' : 'differs';
  return { ...plainFinding(kind, `${key} ${differs}${keyKinds[kind]}.`, key), detail };
}

/** The finding that stands for many tensors at once. */
const ofVerdict: Readonly<Partial<Record<Verdict, Finding['kind']>>> = {
  vocabulary: 'vocabulary',
  requantised: 'requantisation',
  'fine-tuned': 'fine-tune',
  'adapter-merged': 'adapter',
  'local-training': 'local-training',
  pruned: 'pruning',
  steered: 'steering',
  abliterated: 'ablation',
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
  const said = verdict === 'edited' && edited > 0;
  if (kind === undefined || changes.length === 0 || said) return [];
  return [plainFinding(kind, evidence.slice(0, 2).join(' '))];
}
