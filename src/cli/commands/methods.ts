import { Argument } from 'commander';
import {
  type DescribedMethod,
  describedMethod,
  hyperparameterText,
  rangeText,
} from '../../protocol/methodDescription.ts';
import { EVALUATED, type EvaluatedName } from '../../protocol/methods.ts';
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
      const shown = (name === undefined ? EVALUATED : [name]).map(describedMethod);
      if (json) cli.terminal.out(printJson(name === undefined ? shown : shown[0]));
      else
        cli.terminal.out(
          name === undefined
            ? renderAll(shown, cli.style)
            : shown.map((one) => renderOne(one, cli.style)).join(''),
        );
    });
};

function renderAll(all: readonly DescribedMethod[], style: Style): string {
  return style.table(
    [{ head: 'method' }, { head: 'what it does' }, { head: 'paper' }],
    all.map(({ name, summary, paper }) => [name, summary, paper]),
  );
}

function renderOne(
  { name, title, summary, limits, paper, hyperparameters, presets }: DescribedMethod,
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
      hyperparameterText(entry.default),
      ...presets.map(({ values }) => hyperparameterText(values[entry.name] ?? '')),
      entry.unit ?? '',
      rangeText(entry),
      `${entry.meaning} ${style.c.dim(`(${entry.source})`)}`,
    ]),
  );
  const sources = presets.map(
    ({ preset, source, otherwise }) =>
      `--preset ${preset}: ${source}.${otherwise === undefined ? '' : ` Otherwise there: ${otherwise}`}\n`,
  );
  return `${about}\n${table}\n${sources.join('')}`;
}
