import { hyperparameterEntry, isHyperparameter } from '../../protocol/hyperparameterEntries.ts';
import type { PatchDescription, PatchInfo } from '../../protocol/patches.ts';
import { shownPrompt } from '../../protocol/promptWords.ts';
import { bytes, magnitude } from '../../text/numbers.ts';
import { short, visible } from '../../text/visible.ts';
import type { DefineCommand } from '../cli.ts';
import { measureTables } from '../measureTables.ts';
import type { Style } from '../style.ts';

const examples = `
Examples:
  $ palimpsest patch facts.patch.gguf
  $ palimpsest patch facts.patch.gguf --json | jq .description.edits

LoRA adapters made elsewhere are shown as far as their metadata goes.
`;

export const patch: DefineCommand = (program, cli) => {
  program
    .command('patch')
    .description('show what a patch file holds: its base, its edits, what it changes, its measures')
    .argument('<patch>', 'patch file')
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async (path: string, { json }: { json?: true }) => {
      await cli.call('patchInfo', { path }, json, render);
    });
};

function render(info: PatchInfo, style: Style): string {
  const { description } = info;
  const changes = info.tensors.map(({ target, rank }) => `${visible(target)} (rank ${rank})`).join(', ');
  const pairs = style.pairs([
    ['file', `${visible(info.path)} (${bytes(info.bytes)})`],
    ['architecture', visible(info.architecture ?? '–')],
    ['changes', changes],
    ...(description === null
      ? ([['made by', 'another program: it says nothing of its edits']] as const)
      : ([
          ['base', `${visible(description.base.name)} ${visible(description.base.digest)}`],
          ['made by', visible(description.tool)],
        ] as const)),
    ...info.warnings.map((warning) => ['note', visible(warning)] as const),
  ]);
  if (description === null) return pairs;
  const right = (head: string) => ({ head, align: 'right' }) as const;
  const table = style.table(
    [
      { head: 'edit' },
      { head: 'prompt' },
      { head: 'true' },
      { head: 'new' },
      { head: 'method' },
      right('layer'),
      right('‖ΔW‖'),
      right('/‖W‖'),
    ],
    description.edits.map(({ id, prompt, target, method, layer, updateNorm, relativeUpdateNorm }) => [
      visible(id),
      short(shownPrompt(prompt), 50),
      short(target.true ?? '–', 20),
      short(target.new, 20),
      visible(method),
      String(layer),
      magnitude(updateNorm),
      relativeUpdateNorm === undefined ? '–' : magnitude(relativeUpdateNorm),
    ]),
  );
  const { measures } = description;
  const shown = `${pairs}\n${table}${hyperparameterTable(description, style)}`;
  if (measures === null) return shown;
  const others = Object.entries(measures.others).map(
    ([name, value]) => `${visible(name)}  ${short(JSON.stringify(value), 100)}\n`,
  );
  const unknown =
    others.length === 0 ? '' : `${style.heading('measures of another version')}${others.join('')}`;
  return `${shown}\n${measureTables(measures, 'when it was made', style)}${unknown}`;
}

/** What the edits were computed with, and what of that is another for single edits. */
function hyperparameterTable({ hyperparameters, edits }: PatchDescription, style: Style): string {
  const rows = [
    ...Object.entries(hyperparameters).map(([name, value]) => ['', name, value] as const),
    ...edits.flatMap(({ id, hyperparameters: own = {} }) =>
      Object.entries(own).map(([name, value]) => [id, name, value] as const),
    ),
  ];
  if (rows.length === 0) return '';
  const heads = ['hyperparameter', 'value', 'what it is'].map((head) => ({ head }));
  return (
    style.heading('Computed with') +
    style.table(
      heads,
      rows.map(([id, name, value]) => [
        id === '' ? visible(name) : `${visible(name)}, of ${visible(id)}`,
        short(JSON.stringify(value), 60),
        isHyperparameter(name) ? hyperparameterEntry(name).meaning : '',
      ]),
    )
  );
}
