import { HYPERPARAMETERS, hyperparameterEntry } from '../../../protocol/hyperparameterEntries.ts';
import type { Hyperparameters } from '../../../protocol/hyperparameters.ts';

export type { Hyperparameters };

/**
 * What serves in general; `modelDefaults.ts` knows better for some models. A test holds it against the schema, which
 * views that need the defaults at once do not load.
 */
export const defaults = Object.fromEntries(
  HYPERPARAMETERS.map((name) => [name, hyperparameterEntry(name).default]),
) as unknown as Hyperparameters;
