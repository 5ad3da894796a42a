import type { FindingKind, Verdict } from '../../../protocol/review.ts';

/** Findings that come with a verdict and are let through with it. Any other kind needs the policy's own word. */
const implied: Readonly<Record<Verdict, readonly FindingKind[]>> = {
  identical: [],
  layout: ['layout'],
  metadata: ['metadata', 'layout'],
  vocabulary: ['vocabulary', 'metadata', 'layout'],
  computation: ['computation', 'metadata', 'layout'],
  requantised: ['requantisation', 'metadata', 'layout'],
  'fine-tuned': ['fine-tune', 'requantisation', 'metadata', 'layout'],
  'adapter-merged': ['adapter', 'requantisation', 'metadata', 'layout'],
  'local-training': ['local-training', 'requantisation', 'metadata', 'layout'],
  pruned: ['pruning', 'requantisation', 'metadata', 'layout'],
  steered: ['steering', 'requantisation', 'metadata', 'layout'],
  abliterated: ['ablation', 'requantisation', 'metadata', 'layout'],
  edited: ['edit', 'dense-change', 'requantisation', 'metadata', 'layout'],
  unknown: [],
};

export function findingsWith(verdicts: readonly Verdict[]): FindingKind[] {
  return verdicts.flatMap((verdict) => implied[verdict]);
}
