import { InvalidArgumentError } from 'commander';
import type { AppliedPatch } from '../protocol/model.ts';

/** Parsers for the values of options: commander puts their sentences behind the option's name. */

export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} on.`);
  };
}

export function number(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('It must be a number.');
}

/** Gathers the values of an option that may be given again and again. */
export function repeated(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value];
}

export function patchesFrom(paths: readonly string[] | undefined, strength = 1): AppliedPatch[] {
  return (paths ?? []).map((path) => ({ path, strength }));
}
