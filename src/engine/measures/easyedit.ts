import type { EasyEdit } from '../../protocol/measures.ts';
import { type Case, perCase, shareOf } from './cases.ts';

const protocol =
  'EasyEdit (Wang et al. 2023): teacher-forced argmax accuracy per target token; locality is argmax agreement with the model before the edit; averaged within each case, then over cases';

/**
 * EasyEdit's four measures after the edits. Locality rests on neighbours and on other facts of the same subject.
 * Teacher forcing overstates what the model would write by itself: show generation match beside it.
 */
export function easyEdit(cases: readonly Case[]): EasyEdit {
  const accuracy = (kind: 'efficacy' | 'paraphrase' | 'portability') =>
    shareOf(perCase(cases, [kind], ({ after }) => after.new?.accuracy));
  return {
    protocol,
    n: cases.length,
    rewrite: accuracy('efficacy'),
    rephrase: accuracy('paraphrase'),
    locality: shareOf(perCase(cases, ['neighbourhood', 'sameSubject'], ({ agreement }) => agreement)),
    portability: accuracy('portability'),
  };
}
