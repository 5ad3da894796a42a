import { choiceTable, templatesEntry } from './hyperparameterChoices.ts';
import type { ChoiceEntry, NumberEntry, TemplatesEntry } from './hyperparameterEntry.ts';
import { numberTable } from './hyperparameterTable.ts';
import type { Method } from './methods.ts';

/** The hyperparameters of the table by their names, of whatever kind they are. */

export type NumberName = keyof typeof numberTable;
type ChoiceName = keyof typeof choiceTable;
export type HyperparameterName = NumberName | ChoiceName | 'templates';
type Entry = NumberEntry | ChoiceEntry | TemplatesEntry;

const table: Readonly<Record<HyperparameterName, Entry>> = {
  ...numberTable,
  ...choiceTable,
  templates: templatesEntry,
};

export const HYPERPARAMETERS = Object.keys(table).filter(isHyperparameter);

export function isHyperparameter(name: string): name is HyperparameterName {
  return Object.hasOwn(table, name);
}

export const hyperparameterEntry = (name: HyperparameterName): Entry => table[name];

/** The names of the hyperparameters that a method has, in the order of the table. */
export const hyperparametersOf = (method: Method): HyperparameterName[] =>
  HYPERPARAMETERS.filter((name) => table[name].methods.includes(method));
