import type { PatchInfo } from '../../protocol/editing.ts';
import type { DefineCommand } from '../cli.ts';
import { measureTables } from '../measureTables.ts';
import type { Style } from '../style.ts';
import { bytes, magnitude, printable, short } from '../text.ts';

const examples = `
Examples:
  $ palimpsest patch facts.patch.gguf
  $ palimpsest patch facts.patch.gguf --json | jq .description.edits

LoRA adapters made elsewhere are shown as far as they say something of themselves.
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
  const changes = info.tensors.map(({ target, rank }) => `${printable(target)} (rank ${rank})`).join(', ');
  const pairs = style.pairs([
    ['file', `${printable(info.path)} (${bytes(info.bytes)})`],
    ['architecture', printable(info.architecture ?? '–')],
    ['changes', changes],
    ...(description === null
      ? ([['made by', 'another program: it says nothing of its edits']] as const)
      : ([
          ['base', `${printable(description.base.name)} ${printable(description.base.digest)}`],
          ['made by', printable(description.tool)],
        ] as const)),
    ...info.warnings.map((warning) => ['note', printable(warning)] as const),
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
      printable(id),
      short(prompt, 50),
      short(target.true ?? '–', 20),
      short(target.new, 20),
      printable(method),
      String(layer),
      magnitude(updateNorm),
      relativeUpdateNorm === undefined ? '–' : magnitude(relativeUpdateNorm),
    ]),
  );
  const { measures } = description;
  if (measures === null) return `${pairs}\n${table}`;
  const others = Object.entries(measures.others).map(
    ([name, value]) => `${printable(name)}  ${short(JSON.stringify(value), 100)}\n`,
  );
  const unknown =
    others.length === 0 ? '' : `${style.heading('measures of another version')}${others.join('')}`;
  return `${pairs}\n${table}\n${measureTables(measures, 'when it was made', style)}${unknown}`;
}
