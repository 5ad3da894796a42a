import * as l10n from '@vscode/l10n';
import type { Inspected } from '../../src/protocol/inspection.ts';
import type { Confidence, FindingKind, Verdict } from '../../src/protocol/review.ts';

/** What things are called on the page. Functions, as the user's language is known only when the page has connected. */

export const verdictName = (verdict: Verdict): string =>
  ({
    identical: l10n.t('Identical'),
    layout: l10n.t('Written differently'),
    metadata: l10n.t('Only metadata differ'),
    vocabulary: l10n.t('Vocabulary changed'),
    computation: l10n.t('Computed differently'),
    requantised: l10n.t('Requantized'),
    'fine-tuned': l10n.t('Fine-tuned'),
    'adapter-merged': l10n.t('Adapter merged'),
    'local-training': l10n.t('A part trained'),
    pruned: l10n.t('Pruned'),
    steered: l10n.t('Steered'),
    abliterated: l10n.t('Direction removed'),
    edited: l10n.t('Edited'),
    unknown: l10n.t('Unknown change'),
  })[verdict];

export const suspicionName = (verdict: Inspected['verdict']): string =>
  ({ edited: l10n.t('Possibly edited'), 'cannot tell': l10n.t('Cannot tell') })[verdict];

/** How much a verdict should alarm: a sign and a colour, never the colour alone. */
export type Tone = 'calm' | 'heed' | 'alarm';

const alarming: ReadonlySet<string> = new Set<Verdict>([
  'edited',
  'abliterated',
  'steered',
  'unknown',
  'computation',
  'vocabulary',
]);
const calm: ReadonlySet<string> = new Set<Verdict>(['identical', 'layout', 'requantised']);

export function toneOf(verdict: Verdict | Inspected['verdict']): Tone {
  if (alarming.has(verdict)) return 'alarm';
  return calm.has(verdict) ? 'calm' : 'heed';
}

export const toneSign: Readonly<Record<Tone, string>> = { calm: '✓', heed: '◆', alarm: '▲' };

export const confidenceName = (confidence: Confidence): string =>
  ({
    high: l10n.t('high confidence'),
    medium: l10n.t('medium confidence'),
    low: l10n.t('low confidence'),
  })[confidence];

export const findingName = (kind: FindingKind): string =>
  ({
    edit: l10n.t('Rewritten along few directions'),
    'dense-change': l10n.t('Changed as a whole'),
    adapter: l10n.t('Merged adapter'),
    'fine-tune': l10n.t('Trained further'),
    'local-training': l10n.t('A part trained'),
    pruning: l10n.t('Weights set to 0'),
    steering: l10n.t('A constant added'),
    ablation: l10n.t('Direction removed'),
    requantisation: l10n.t('Rounded to other types'),
    metadata: l10n.t('Metadata'),
    computation: l10n.t('Metadata that affect the computation'),
    vocabulary: l10n.t('Vocabulary'),
    'chat-template': l10n.t('Chat template'),
    'template-code': l10n.t('What the chat template does'),
    'unknown-key': l10n.t('Unknown keys'),
    'tensor-added': l10n.t('Tensors added'),
    'tensor-removed': l10n.t('Tensors missing'),
    'tensor-reshaped': l10n.t('Tensors of another shape'),
    layout: l10n.t('File layout'),
    'hidden-data': l10n.t('Unaccounted bytes'),
    unmeasured: l10n.t('Not measured'),
    'untrusted-signature': l10n.t('Signature not trusted'),
    'undeclared-change': l10n.t('Undeclared change'),
  })[kind];
