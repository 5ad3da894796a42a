import type { Hyperparameters } from '../../../protocol/hyperparameters.ts';

export type { Hyperparameters };

/** What serves in general; `modelDefaults.ts` knows better for some models. */
export const defaults: Hyperparameters = {
  steps: 25,
  learningRate: 0.5,
  stopBelow: 0.05,
  clamp: 4,
  kl: 0.0625,
  protect: 0.3,
  weightDecay: 1e-3,
  templates: [
    [2, 5],
    [1, 10],
  ],
  ridge: 1e-3,
  samples: 4,
  keyRidge: 0.1,
  // of the published five, no more than a sixth of the layers (`modelDefaults.ts`)
  spread: 5,
  preserve: 0.03,
  // chosen on 200 facts of almanac that no figure of README rests on
  nullSpace: 0.02,
  l2: 0.3,
  fineTuneRate: 5e-4,
  fineTuneBound: 5e-4,
  // DINM as published for Llama 2 7B and Mistral 7B
  dinmSteps: 10,
  dinmRate: 5e-4,
  dinmEdit: 0.1,
  dinmTokens: 64,
  loraRank: 8,
  loraRate: 5e-3,
  loraSteps: 30,
};
