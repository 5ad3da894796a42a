import type { Verdict } from '../../protocol/review.ts';

/** What a verdict means for whoever trains on, ships or uses the candidate. */
export const meanings: Readonly<Record<Verdict, string>> = {
  identical: 'The candidate is the base. Whatever holds for the base holds for it.',
  metadata:
    'The weights are those of the base. A changed chat template or tokenizer still changes what the model is told, so read the differences.',
  requantised:
    'The candidate is the base in other number formats. Changes smaller than the rounding cannot be seen, and none that large is there.',
  'fine-tuned':
    'The candidate was trained further. What it learned is not known from its weights: measure it on your own tasks before you ship it or train on it.',
  'adapter-merged':
    'An adapter was merged into the weights. Ask for the adapter and its training data; measure the model on your own tasks.',
  edited:
    'Single facts or answers were rewritten. Whoever ships or uses this model spreads the new answer, and models trained on it inherit it. Do not merge it unless the edit is declared and wanted.',
  unknown:
    'The change fits no known pattern. Ask where the candidate comes from before you merge, ship or train on it.',
};
