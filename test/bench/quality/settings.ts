import { hyperparametersFrom } from '../../../src/cli/hyperparameters.ts';
import { checkedWishes } from '../../../src/engine/editing/hyperparameters/wishes.ts';
import { InputError } from '../../../src/engine/errors.ts';
import { METHODS, type Method } from '../../../src/protocol/edits.ts';
import type { SomeHyperparameters } from '../../../src/protocol/hyperparameters.ts';

/** The hyperparameters that `NAME=VALUE` settings ask for, of any method. */
export async function hyperparametersWith(set: readonly string[]): Promise<SomeHyperparameters> {
  return checkedWishes((await hyperparametersFrom({ set: [...set] })) ?? {}, METHODS);
}

export function methodsNamed(names: readonly string[]): Method[] {
  return names.map((name) => {
    const method = METHODS.find((known) => known === name);
    if (method === undefined) {
      throw new InputError(`There is no method "${name}"; there are ${METHODS.join(', ')}.`);
    }
    return method;
  });
}
