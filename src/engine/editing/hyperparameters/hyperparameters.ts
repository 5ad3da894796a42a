import { Hyperparameters } from '../../../protocol/hyperparameters.ts';
import { HYPERPARAMETERS, hyperparameterEntry } from '../../../protocol/hyperparameterTable.ts';

export type { Hyperparameters };

/** What serves in general; `modelDefaults.ts` knows better for some models. */
export const defaults: Hyperparameters = Hyperparameters.parse(
  Object.fromEntries(HYPERPARAMETERS.map((name) => [name, hyperparameterEntry(name).default])),
);
