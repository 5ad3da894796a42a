import { hyperparameterEntry, hyperparametersOf } from './hyperparameterEntries.ts';
import { type EvaluatedName, IN_CONTEXT, isOneOf, methodEntry } from './methods.ts';
import { presetOf, presetsOf } from './presets.ts';

/** All that is known of a method: what it does, its hyperparameters, and what it was published with. */
export function describedMethod(name: EvaluatedName) {
  const { title, summary, paper, limits } = methodEntry(name);
  const names = isOneOf(IN_CONTEXT, name) ? [] : hyperparametersOf(name);
  const hyperparameters = names.map((one) => {
    const { methods: _, ...entry } = hyperparameterEntry(one);
    return { name: one, ...entry };
  });
  return { name, title, summary, limits, paper, hyperparameters, presets: published(name) };
}
export type DescribedMethod = ReturnType<typeof describedMethod>;

function published(name: EvaluatedName) {
  if (isOneOf(IN_CONTEXT, name)) return [];
  return presetsOf(name).flatMap((preset) => {
    const found = presetOf(preset, name);
    return found === undefined ? [] : [{ preset, ...found }];
  });
}

/** A value of a hyperparameter, with three digits. */
export const hyperparameterText = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : JSON.stringify(value, (_, part) => (typeof part === 'number' ? Number(part.toPrecision(3)) : part));

/** What a hyperparameter may be; empty for one that is a list. */
export function rangeText(entry: DescribedMethod['hyperparameters'][number]): string {
  if ('min' in entry) return `${entry.min}–${entry.max}${entry.whole ? ', whole' : ''}`;
  return 'choices' in entry ? entry.choices.join(', ') : '';
}
