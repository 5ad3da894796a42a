import { type Change, isOfFewRows } from '../difference/change.ts';
import { type Fingerprint, nothingEdited } from './found.ts';
import { rowSentence } from './sentences.ts';

/**
 * Only rows of special tokens changed, as where a trainer gives new marks a row or resets unused ones. No text becomes
 * such a token, so that no fact is in them.
 *
 * @returns undefined where anything else changed
 */
export function specialTokens(real: readonly Change[], changes: readonly Change[]): Fingerprint | undefined {
  const rows = real.flatMap((change) => change.rows.worst);
  const only = real.length > 0 && real.every(isOfFewRows) && rows.every(({ special }) => special === true);
  if (!only) return undefined;
  const others = changes.length === real.length ? '' : ' All else differs by no more than rounding.';
  return {
    ...nothingEdited,
    verdict: 'vocabulary',
    confidence: 'high',
    evidence: [
      ...real.map(rowSentence),
      `They all stand for special tokens, which no text is turned into.${others}`,
    ],
  };
}
