import { InputError } from '../engine/errors.ts';
import type { Measured } from '../protocol/editing.ts';
import { MEASURES, type MeasureEntry, numberOf } from '../protocol/measureRegistry.ts';

export interface Requirement {
  readonly measure: MeasureEntry;
  readonly bound: number;
}

/** Reads `es=0.98`. @throws InputError */
export function requirement(text: string): Requirement {
  const [, key = '', bound = ''] = /^(\w+)=(\d*\.?\d+)$/.exec(text) ?? [];
  const measure = MEASURES.find((known) => known.key === key);
  if (measure?.unit === 'share' && Number(bound) > 1) {
    throw new InputError(`--require ${text} can never be met: ${key} is a share, from 0 to 1.`);
  }
  if (measure !== undefined) return { measure, bound: Number(bound) };
  throw new InputError(
    `--require ${JSON.stringify(text)} is not understood; write it as es=0.98, with one of ${MEASURES.map((known) => known.key).join(', ')}.`,
  );
}

/** A sentence for each requirement that is missed: what is better lower must stay below its bound, all else reach it. */
export function expectRequirements({ summary, state }: Measured, required: readonly Requirement[]): string[] {
  return required.flatMap(({ measure: { key, better, after }, bound }) => {
    const value = numberOf(after(summary)) ?? (state === 'unedited' ? ofUnedited[key] : undefined);
    if (value === undefined) return [`${key} is required to be ${bound}, but no edit has such probes.`];
    const met = better === 'lower' ? value <= bound : value >= bound;
    const relation = better === 'lower' ? 'at most' : 'at least';
    return met ? [] : [`${key} is ${value.toFixed(4)}; required is ${relation} ${bound}.`];
  });
}

/** What holds of a model that nothing moved, by definition. */
const ofUnedited: Readonly<Record<string, number>> = { driftKl: 0 };
