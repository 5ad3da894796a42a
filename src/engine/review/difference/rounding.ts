import { verdictRules } from '../rules.ts';
import { placeOf } from './inventory.ts';
import { isRetyped, type TensorPair } from './pairs.ts';
import type { TensorDiff } from './tensorDiff.ts';
import { heedsImportance, typeError } from './typeErrors.ts';

/** ‖error‖ / ‖W‖ that rounding to the base's type makes, and to the candidate's; 0 where it does not count. */
export interface Rounding {
  readonly base: number;
  readonly candidate: number;
}

/** Both errors together. */
export const sizeOf = ({ base, candidate }: Rounding): number => Math.hypot(base, candidate);

/**
 * The rounding that explains a tensor's change: of both types, since both models may have been rounded from a third.
 * Where the candidate's type is far finer and most rows show none of the base's rounding, the candidate was made from
 * the base, and no row may hide in what the base's type would excuse.
 *
 * @param typical ‖D‖ / ‖W‖ of the median row
 * @returns undefined for types that hold no weights
 */
export function roundingOf({ base, candidate }: TensorPair, typical: number): Rounding | undefined {
  const [left, right] = [typeError(base.type.name), typeError(candidate.type.name)];
  if (left === undefined || right === undefined) return undefined;
  const unpacked = right <= verdictRules.farFiner.value * left && typical <= explained(right);
  return { base: unpacked ? 0 : left, candidate: right };
}

/** ‖D‖ / ‖W‖ of a tensor up to which rounding of this size explains it. */
export function explained(size: number): number {
  return Math.min(verdictRules.tensorSlack.value * size, verdictRules.maxExplained.value);
}

/**
 * Which tensors may have been rounded anew: those of another type; and those of the same type, in as far as their bytes
 * depend on an importance matrix, if nearly all such matrices of the layers differ, as they do when a model is quantised
 * again. Equal types and unequal bytes are no rounding otherwise: the same weights would have given the same bytes.
 */
export function roundedAnew(diffs: readonly TensorDiff[]): (pair: TensorPair) => boolean {
  const own = diffs.filter(
    ({ pair }) =>
      !isRetyped(pair) &&
      heedsImportance(pair.base.type.name) &&
      pair.base.ne.length > 1 &&
      placeOf(pair.name).layer !== null,
  );
  const differing = own.filter(({ equal }) => !equal).length;
  const again =
    differing >= verdictRules.sameTypeMatrices.value &&
    differing >= verdictRules.sameTypeShare.value * own.length;
  return (pair) => isRetyped(pair) || (again && heedsImportance(pair.base.type.name));
}
