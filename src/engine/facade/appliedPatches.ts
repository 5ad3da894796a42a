import type { AppliedPatch } from '../../protocol/model.ts';
import { InputError } from '../errors.ts';

/** What is on after `patches` were switched on: those that were on keep their place and take their new strength. */
export function switchedOn(
  applied: readonly AppliedPatch[],
  patches: readonly AppliedPatch[],
): AppliedPatch[] {
  const strengths = new Map([...applied, ...patches].map(({ path, strength }) => [path, strength]));
  return Array.from(strengths, ([path, strength]) => ({ path, strength }));
}

/** What is on after one patch was switched off. @throws InputError where it is not on */
export function switchedOff(applied: readonly AppliedPatch[], patch: string): AppliedPatch[] {
  const left = applied.filter(({ path }) => path !== patch);
  if (left.length === applied.length) {
    throw new InputError(`${patch} is not on, so it cannot be reverted.`);
  }
  return left;
}
