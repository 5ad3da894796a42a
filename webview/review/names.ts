import * as l10n from '@vscode/l10n';
import type { Confidence, FindingKind, Inspected, Verdict } from '../../src/protocol/review.ts';

/** What things are called on the page. Functions, as the user's language is known only when the page has connected. */

export const verdictName = (verdict: Verdict): string =>
  ({
    identical: l10n.t('Identical'),
    metadata: l10n.t('Only metadata differ'),
    requantised: l10n.t('Requantised'),
    'fine-tuned': l10n.t('Fine-tuned'),
    'adapter-merged': l10n.t('Adapter merged'),
    edited: l10n.t('Edited'),
    unknown: l10n.t('Unknown change'),
  })[verdict];

export const suspicionName = (verdict: Inspected['verdict']): string =>
  ({ edited: l10n.t('Perhaps edited'), 'cannot tell': l10n.t('Cannot tell') })[verdict];

/** How much a verdict should alarm: a sign and a colour, never the colour alone. */
export type Tone = 'calm' | 'heed' | 'alarm';

export function toneOf(verdict: Verdict | Inspected['verdict']): Tone {
  if (verdict === 'edited' || verdict === 'unknown') return 'alarm';
  return verdict === 'identical' || verdict === 'requantised' ? 'calm' : 'heed';
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
    requantisation: l10n.t('Rounded to other types'),
    metadata: l10n.t('Metadata'),
    tokenizer: l10n.t('Tokenizer'),
    'chat-template': l10n.t('Chat template'),
    'tensor-added': l10n.t('Tensors added'),
    'tensor-removed': l10n.t('Tensors missing'),
    'tensor-reshaped': l10n.t('Tensors of another shape'),
    'untrusted-signature': l10n.t('Signature not trusted'),
    'undeclared-change': l10n.t('Change that nobody declares'),
  })[kind];
