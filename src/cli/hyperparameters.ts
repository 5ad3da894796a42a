import { type Command, Option } from 'commander';
import type * as z from 'zod';
import { InputError } from '../engine/errors.ts';
import { readFormat } from '../engine/json/readFormat.ts';
import { readText } from '../engine/json/readText.ts';
import { HyperparameterWishes } from '../protocol/editing.ts';
import { choiceTable } from '../protocol/hyperparameterChoices.ts';
import { PRESETS, type PresetName } from '../protocol/presets.ts';
import { repeated } from './options.ts';

/** How a command is told hyperparameters: a whole configuration, a file of them, and single ones. */
export interface HyperparameterOptions {
  readonly preset?: PresetName;
  readonly set?: string[] | undefined;
  readonly hyperparameters?: string | undefined;
}

const maxBytes = 1 << 20;
const maxValues = 1000;

export function addHyperparameterOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--preset <name>', 'a published configuration of the method (default: default)').choices(
        PRESETS,
      ),
    )
    .option(
      '--set <name=value>',
      'set a hyperparameter; repeatable (`palimpsest methods NAME` lists them)',
      repeated,
    )
    .option(
      '--hyperparameters <file>',
      'JSON file of hyperparameters: {"steps": 20}; --set takes precedence',
    );
}

/** By name, unchecked: what there is depends on the method. @throws InputError for what is no setting, or no such file */
export async function hyperparametersFrom({
  set = [],
  hyperparameters: file,
}: Pick<HyperparameterOptions, 'set' | 'hyperparameters'>): Promise<
  z.infer<typeof HyperparameterWishes> | undefined
> {
  if (file === undefined && set.length === 0) return undefined;
  const read =
    file === undefined
      ? {}
      : readFormat(await readText(file, maxBytes), file, HyperparameterWishes, maxValues);
  return { ...read, ...Object.fromEntries(set.map(setting)) };
}

/** `steps=20`, `templates=[[2,5]]`, `rateIn=value`: a value is JSON, or the name of a choice. */
function setting(text: string): [name: string, value: unknown] {
  const [, name, value] = /^\s*(\w+)\s*=\s*(.+)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new InputError(`--set takes NAME=VALUE, as in steps=20; not ${JSON.stringify(text)}.`);
  }
  try {
    return [name, JSON.parse(value)];
  } catch {
    if (Object.hasOwn(choiceTable, name) && /^\w+$/.test(value)) return [name, value];
    throw new InputError(`--set ${name}: ${JSON.stringify(value)} is not a number or other JSON value.`);
  }
}
