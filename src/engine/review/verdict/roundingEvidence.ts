import type { Behaviour, Rebuilt } from '../../../protocol/review.ts';
import { magnitude, plural, probability } from '../../../text/numbers.ts';

/**
 * What is known of a candidate that is the base in other number formats, beyond the size of the differences.
 *
 * @param answers how it answers, or why that was not read; undefined where nobody asked
 */
export function roundingEvidence(rebuilt: Rebuilt | null, answers: Behaviour | string | undefined): string[] {
  return [
    ...(rebuilt === null ? [] : [rebuiltSentence(rebuilt)]),
    ...(answers === undefined ? [] : [answersSentence(answers)]),
  ];
}

function rebuiltSentence({ tensors, same, everyNth }: Rebuilt): string {
  const looked = everyNth === 1 ? '' : ` (one row in ${everyNth} was compared)`;
  const what = "byte for byte what llama.cpp's quantizer makes of the base without an importance matrix";
  const those = `${plural(tensors, 'tensor')} of another type`;
  if (same === tensors)
    return `${tensors === 1 ? 'The' : 'All'} ${those} ${tensors === 1 ? 'is' : 'are'} ${what}${looked}.`;
  return `Of ${those} ${same} are ${what}${looked}; the others were rounded with one, by another program, or from other weights.`;
}

function answersSentence(answers: Behaviour | string): string {
  if (typeof answers === 'string')
    return `How far its answers lie from the base's was not measured: ${answers}`;
  const { n, meanKl, sameTop } = answers.drift;
  const top = sameTop === null ? '' : `, and its likeliest token is the base's at ${probability(sameTop)}`;
  return `At ${plural(n, 'token')} of control text its answers lie ${magnitude(meanKl)} nats from the base's on average${top}.`;
}
