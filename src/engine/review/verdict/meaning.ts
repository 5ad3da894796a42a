import type { Verdict } from '../../../protocol/review.ts';

/** What a verdict means for whoever trains on, ships or uses the candidate. */
export const meanings: Readonly<Record<Verdict, string>> = {
  identical: 'The candidate is the base, byte for byte. Whatever holds for the base holds for it.',
  layout: 'Weights and metadata are those of the base; the file is written in another way.',
  metadata:
    'The weights are those of the base, and so is what they are computed with. A changed chat template still changes what the model is told, so read the differences.',
  vocabulary:
    'The weights are those of the base, possibly rounded, but text becomes other tokens, or tokens other text. The model may say something else with the same weights; do not merge it unless the change is explained.',
  computation:
    'The weights are those of the base, possibly rounded, but something else is computed with them: it is another model. Do not merge it unless the change is explained and the model was measured anew.',
  requantised:
    'The candidate is the base in other number formats. Changes smaller than the rounding cannot be seen, and none that large is there. Rounding changes answers by itself, and a model can be trained to answer otherwise once it is rounded (arXiv 2505.23786): read how far its answers lie from the base, and measure it on your own tasks.',
  'fine-tuned':
    'The candidate was trained further. What it learned is not known from its weights: measure it on your own tasks before you ship it or train on it.',
  'adapter-merged':
    'An adapter was merged into the weights. Ask for the adapter and its training data; measure the model on your own tasks.',
  'local-training':
    'A part of the candidate was trained, or a small adapter merged. No single fact shows in the weights, but one may have been taught: ask what it was trained on, and measure it on your own tasks.',
  pruned:
    'Weights were set to 0, to make the model smaller or faster. Nothing new was written; measure on your own tasks what was lost.',
  steered:
    'A constant was added to what a layer writes, whatever the text: all answers lean one way. Do not merge it unless that is declared and wanted.',
  abliterated:
    'A direction was taken out of what the model writes, by which it usually refuses: it may now answer what it refused. Do not merge it unless that is declared and wanted.',
  edited:
    'Single facts or answers were rewritten. Whoever ships or uses this model spreads the new answer, and models trained on it inherit it. Do not merge it unless the edit is declared and wanted.',
  unknown:
    'The change fits no known pattern. Ask where the candidate comes from before you merge, ship or train on it.',
};
