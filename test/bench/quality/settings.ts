import {
  defaults,
  type Hyperparameters,
} from '../../../src/engine/editing/hyperparameters/hyperparameters.ts';
import { InputError } from '../../../src/engine/errors.ts';
import { METHODS, type Method } from '../../../src/protocol/edits.ts';

/** The hyperparameters that `NAME=VALUE` settings ask for; a value is JSON. */
export function hyperparametersWith(settings: readonly string[]): Partial<Hyperparameters> {
  let all: Partial<Hyperparameters> = {};
  for (const setting of settings) {
    const [, name = '', text = ''] = /^(\w+)=(.+)$/.exec(setting) ?? [];
    const known = Object.entries(defaults).find(([key]) => key === name);
    if (known === undefined) {
      throw new InputError(
        `"${setting}" sets no hyperparameter; there are ${Object.keys(defaults).join(', ')}.`,
      );
    }
    const value = json(text);
    if (typeof value !== typeof known[1]) {
      throw new InputError(`"${setting}": ${name} is something like ${JSON.stringify(known[1])}.`);
    }
    all = { ...all, [name]: value };
  }
  return all;
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

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InputError(`"${text}" is not a JSON value.`);
  }
}
