import * as z from 'zod';
import { choiceTable, templatesEntry } from './hyperparameterChoices.ts';
import { type hyperparameterEntry, hyperparametersOf, type NumberName } from './hyperparameterEntries.ts';
import type { NumberEntry } from './hyperparameterEntry.ts';
import { numberTable } from './hyperparameterTable.ts';
import { type Method, methodEntry } from './methods.ts';

/** Prompts of one edit with a generated beginning, and tokens of such a beginning. */
const maxTemplates = 63;
const maxTokens = 100;

const numbers = Object.fromEntries(
  Object.entries(numberTable).map(([name, entry]) => [name, numberOf(entry).meta(explained(entry))]),
) as Readonly<Record<NumberName, z.ZodNumber>>;

const { rateIn, stopOn, dinmSuffix, dinmLayer, dinmHeld } = choiceTable;
const choices = {
  rateIn: z.enum(rateIn.choices).meta(explained(rateIn)),
  stopOn: z.enum(stopOn.choices).meta(explained(stopOn)),
  dinmSuffix: z.enum(dinmSuffix.choices).meta(explained(dinmSuffix)),
  dinmLayer: z.enum(dinmLayer.choices).meta(explained(dinmLayer)),
  dinmHeld: z.enum(dinmHeld.choices).meta(explained(dinmHeld)),
};

const templates = z
  .array(z.tuple([z.int().min(1).max(maxTemplates), z.int().min(1).max(maxTokens)]))
  .refine(
    (pairs) => pairs.reduce((sum, [count]) => sum + count, 0) <= maxTemplates,
    `must be ${maxTemplates} prompts in all at most`,
  )
  .meta(explained(templatesEntry));

/** The knobs of the editing methods, all of them. */
export const Hyperparameters = z.strictObject({ ...numbers, ...choices, templates });
export type Hyperparameters = Readonly<z.infer<typeof Hyperparameters>>;

/** Some of them: what is wished for, or what a method has. */
export const SomeHyperparameters = Hyperparameters.partial();
export type SomeHyperparameters = Readonly<z.infer<typeof SomeHyperparameters>>;

/** What a method has of all hyperparameters. */
export function ofMethod(method: Method, all: SomeHyperparameters): SomeHyperparameters {
  return Object.fromEntries(
    hyperparametersOf(method).flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])),
  );
}

/** What is wrong with a name that none of some methods has; undefined where one has it. */
export function foreignTo(methods: readonly Method[], name: string): string | undefined {
  const theirs = new Set<string>(methods.flatMap(hyperparametersOf));
  if (theirs.has(name)) return undefined;
  const titles = methods.map((method) => methodEntry(method).title).join(', ');
  return `is no hyperparameter of ${titles}; there are ${[...theirs].join(', ')}`;
}

/** What hovers and schemas say: meaning, unit, default, source, and whose it is; and what completion inserts. */
function explained({ meaning, unit, default: value, source, methods }: Explained) {
  const titles = methods.map((method) => methodEntry(method).title).join(', ');
  const counted = unit === undefined ? '' : `, in ${unit}`;
  const description = `${meaning} Default ${JSON.stringify(value)}${counted} (${source}). Of ${titles}.`;
  return { description, default: value };
}
type Explained = ReturnType<typeof hyperparameterEntry>;

function numberOf({ min, max, whole }: NumberEntry): z.ZodNumber {
  return (whole ? z.int() : z.number()).min(min).max(max);
}
