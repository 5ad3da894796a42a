import { InputError } from '../engine/errors.ts';
import type { Measured } from '../protocol/editing.ts';

/** What `--require` can ask of the measures, and how each is read from the summary. */
const readers = {
  es: ({ counterfact }) => counterfact.after.es?.value,
  ps: ({ counterfact }) => counterfact.after.ps?.value,
  ns: ({ counterfact }) => counterfact.after.ns?.value,
  score: ({ counterfact }) => counterfact.after.score ?? undefined,
  generationMatch: ({ generationMatch }) => generationMatch.share?.value,
  driftKl: ({ drift }) => drift?.meanKl ?? 0,
} as const satisfies Record<string, (summary: Measured['summary']) => number | undefined>;

type Measure = keyof typeof readers;
const isMeasure = (name: string): name is Measure => Object.hasOwn(readers, name);

export interface Requirement {
  readonly measure: Measure;
  readonly bound: number;
}

/** Reads `es=0.98`. @throws InputError */
export function requirement(text: string): Requirement {
  const [, measure = '', bound = ''] = /^(\w+)=(\d*\.?\d+)$/.exec(text) ?? [];
  if (isMeasure(measure)) return { measure, bound: Number(bound) };
  throw new InputError(
    `--require ${JSON.stringify(text)} is not understood; write it as es=0.98, with one of ${Object.keys(readers).join(', ')}.`,
  );
}

/** A sentence for each requirement that is missed. Drift must stay below its bound, all else reach it. */
export function expectRequirements({ summary }: Measured, required: readonly Requirement[]): string[] {
  return required.flatMap(({ measure, bound }) => {
    const value = readers[measure](summary);
    if (value === undefined) return [`${measure} is required to be ${bound}, but no edit has such probes.`];
    const met = measure === 'driftKl' ? value <= bound : value >= bound;
    const relation = measure === 'driftKl' ? 'at most' : 'at least';
    return met ? [] : [`${measure} is ${value.toFixed(4)}; required is ${relation} ${bound}.`];
  });
}
