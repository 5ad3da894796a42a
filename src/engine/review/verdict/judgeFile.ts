import type { Inventory, KeyKind, Verdict } from '../../../protocol/review.ts';
import type { Fingerprint } from './found.ts';

/** Verdicts on the weights that let a reader think that the model computes what it did. */
const calm: readonly Verdict[] = ['identical', 'requantised'];

/** Kinds of keys that weigh more than such a verdict, the weightiest first. */
const weighty = ['computation', 'vocabulary'] as const satisfies readonly (KeyKind & Verdict)[];

/**
 * The verdict on the whole files. What was done to the weights is the verdict, unless nothing was, or nothing but
 * rounding, and something else changes what the model computes or is hidden in its file.
 */
export function judgeFile(weights: Fingerprint, inventory: Inventory): Fingerprint {
  const { metadata, layout, hidden } = inventory;
  const keysOf = (kind: KeyKind) => metadata.filter((change) => change.kind === kind).map(({ key }) => key);
  const other = metadata.filter(({ kind }) => !weighty.some((own) => own === kind)).map(({ key }) => key);
  const evidence = [
    ...(hidden.length === 0
      ? []
      : [`There are bytes that belong to no value and no tensor (findings: ${hidden.length}).`]),
    ...said(keysOf('computation'), 'These metadata change what the model computes'),
    ...said(keysOf('vocabulary'), 'These metadata change its vocabulary, or how text becomes tokens'),
    ...said(other, 'Metadata differ'),
    ...(weights.verdict === 'identical' ? layout : []),
  ];
  const verdict = calm.includes(weights.verdict) ? fileVerdict(weights.verdict, inventory) : weights.verdict;
  const why = verdict === weights.verdict ? [weights.evidence, evidence] : [evidence, weights.evidence];
  return { ...weights, verdict, evidence: why.flat() };
}

function fileVerdict(weights: Verdict, { metadata, layout, hidden }: Inventory): Verdict {
  if (hidden.length > 0) return 'unknown';
  const heaviest = weighty.find((kind) => metadata.some((change) => change.kind === kind));
  if (heaviest !== undefined) return heaviest;
  if (weights !== 'identical') return weights;
  if (metadata.length > 0) return 'metadata';
  return layout.length > 0 ? 'layout' : 'identical';
}

/** Keys that a sentence names; findings name them all. */
const maxNamed = 12;

function said(keys: readonly string[], what: string): string[] {
  if (keys.length === 0) return [];
  const more = keys.length > maxNamed ? ` and ${keys.length - maxNamed} more` : '';
  return [`${what}: ${keys.slice(0, maxNamed).join(', ')}${more}.`];
}
