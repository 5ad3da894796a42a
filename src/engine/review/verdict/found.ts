import type { Confidence, FindingKind, Verdict } from '../../../protocol/review.ts';
import type { Change } from '../difference/change.ts';

/** What kind of change was made, and the sentences that say why it is taken for that. */
export interface Fingerprint {
  readonly verdict: Verdict;
  readonly confidence: Confidence;
  readonly evidence: readonly string[];
  /** The tensors that were rewritten in single directions or rows, the plainest first. */
  readonly edited: readonly Change[];
  /** What is asked for a name that its directions answer to: with one, it is an edit after all. The plainest first. */
  readonly suspects: readonly Change[];
  /** What a reversal takes back; none where the change is not of few directions, or not known whole. */
  readonly undoable: readonly Change[];
  /** What happened besides, and is weighed less. */
  readonly beside: readonly { readonly kind: FindingKind; readonly summary: string }[];
}

/** A verdict by which nothing was rewritten in single directions or rows. */
export const nothingEdited = { edited: [], suspects: [], undoable: [], beside: [] } as const;
