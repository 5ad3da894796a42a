import { Hyperparameters } from '../../../protocol/hyperparameters.ts';
import { numberTable, templatesEntry } from '../../../protocol/hyperparameterTable.ts';

export type { Hyperparameters };

/** What serves in general; `modelDefaults.ts` knows better for some models. */
export const defaults: Hyperparameters = Hyperparameters.parse({
  ...Object.fromEntries(Object.entries(numberTable).map(([name, entry]) => [name, entry.default])),
  templates: templatesEntry.default,
});
