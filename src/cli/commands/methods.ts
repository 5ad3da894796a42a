import { Argument } from 'commander';
import { hyperparameterEntry, hyperparametersOf } from '../../protocol/hyperparameterEntries.ts';
import type { NumberEntry } from '../../protocol/hyperparameterTable.ts';
import { EVALUATED, type EvaluatedName, IN_CONTEXT, isOneOf, methodEntry } from '../../protocol/methods.ts';
import { presetOf, presetsOf } from '../../protocol/presets.ts';
import type { DefineCommand } from '../cli.ts';
import { printJson } from '../json.ts';
import type { Style } from '../style.ts';

const examples = `
Examples:
  $ palimpsest methods
  $ palimpsest methods memit
  $ palimpsest edit model.gguf --edits facts.edits.json --method memit --set preserve=0.1 --set spread=3
  $ palimpsest edit model.gguf --edits facts.edits.json --method rome --preset paper

Defaults may depend on the model. A patch keeps what it was computed with; \`palimpsest patch\` shows it.
`;

export const methods: DefineCommand = (program, cli) => {
  program
    .command('methods')
    .description('show the editing methods, or one with its hyperparameters')
    .addArgument(new Argument('[method]', 'the method to show').choices(EVALUATED))
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action((name: EvaluatedName | undefined, { json }: { json?: true }) => {
      const shown = (name === undefined ? EVALUATED : [name]).map(described);
      if (json) cli.terminal.out(printJson(name === undefined ? shown : shown[0]));
      else
        cli.terminal.out(
          name === undefined
            ? renderAll(shown, cli.style)
            : shown.map((one) => renderOne(one, cli.style)).join(''),
        );
    });
};

function described(name: EvaluatedName) {
  const { title, summary, paper, limits } = methodEntry(name);
  const names = isOneOf(IN_CONTEXT, name) ? [] : hyperparametersOf(name);
  const hyperparameters = names.map((one) => {
    const { methods: _, ...entry } = hyperparameterEntry(one);
    return { name: one, ...entry };
  });
  return { name, title, summary, limits, paper, hyperparameters, presets: published(name) };
}

function published(name: EvaluatedName) {
  if (isOneOf(IN_CONTEXT, name)) return [];
  return presetsOf(name).flatMap((preset) => {
    const found = presetOf(preset, name);
    return found === undefined ? [] : [{ preset, ...found }];
  });
}
type Described = ReturnType<typeof described>;

function renderAll(all: readonly Described[], style: Style): string {
  return style.table(
    [{ head: 'method' }, { head: 'what it does' }, { head: 'paper' }],
    all.map(({ name, summary, paper }) => [name, summary, paper]),
  );
}

function renderOne(
  { name, title, summary, limits, paper, hyperparameters, presets }: Described,
  style: Style,
): string {
  const about = style.pairs([
    ['method', `${name} (${title})`],
    ['what it does', summary],
    ['what it cannot do', limits],
    ['paper', paper],
  ]);
  if (hyperparameters.length === 0) return `${about}It has no hyperparameters.\n`;
  const table = style.table(
    [
      { head: 'hyperparameter' },
      { head: 'default', align: 'right' },
      ...presets.map(({ preset }) => ({ head: preset, align: 'right' }) as const),
      { head: 'in' },
      { head: 'range' },
      { head: 'what it is; where the default comes from' },
    ],
    hyperparameters.map((entry) => [
      entry.name,
      shown(entry.default),
      ...presets.map(({ values }) => shown(values[entry.name] ?? '')),
      entry.unit ?? '',
      'least' in entry ? rangeOf(entry) : 'choices' in entry ? entry.choices.join(', ') : '',
      `${entry.meaning} ${style.c.dim(`(${entry.source})`)}`,
    ]),
  );
  const sources = presets.map(
    ({ preset, source, otherwise }) =>
      `--preset ${preset}: ${source}.${otherwise === undefined ? '' : ` Otherwise there: ${otherwise}`}\n`,
  );
  return `${about}\n${table}\n${sources.join('')}`;
}

const shown = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : JSON.stringify(value, (_, part) => (typeof part === 'number' ? Number(part.toPrecision(3)) : part));

const rangeOf = ({ least, most, whole }: Pick<NumberEntry, 'least' | 'most' | 'whole'>) =>
  `${least}–${most}${whole ? ', whole' : ''}`;
