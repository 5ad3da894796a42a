import { HYPERPARAMETERS, isHyperparameter } from '../../../protocol/hyperparameterEntries.ts';
import { foreignTo, SomeHyperparameters } from '../../../protocol/hyperparameters.ts';
import type { Method } from '../../../protocol/methods.ts';
import { InputError } from '../../errors.ts';
import { complaintsAbout } from '../../json/complaints.ts';
import { pathName } from '../../json/json.ts';
import { nearest } from '../../json/nearest.ts';

/**
 * Hyperparameters as a caller gives them, checked against the table.
 *
 * @param methods what is to be computed; each name must be had by one of them
 * @throws InputError that names what is wrong, and what there is
 */
export function checkedWishes(
  given: Readonly<Record<string, unknown>>,
  methods: readonly Method[],
): SomeHyperparameters {
  for (const name of Object.keys(given)) {
    if (!isHyperparameter(name)) {
      const near = nearest(name, HYPERPARAMETERS);
      const hint = near === undefined ? '' : ` (did you mean "${near}"?)`;
      throw new InputError(`"${name}"${hint} ${foreignTo(methods, name)}.`);
    }
    const foreign = foreignTo(methods, name);
    if (foreign !== undefined) throw new InputError(`"${name}" ${foreign}.`);
  }
  const { success, data } = SomeHyperparameters.safeParse(given);
  if (success) return data;
  const [wrong] = complaintsAbout(SomeHyperparameters, given);
  throw new InputError(`The hyperparameter ${pathName(wrong?.path ?? [])} ${wrong?.message}.`);
}
