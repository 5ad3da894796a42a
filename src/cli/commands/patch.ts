import type { PatchInfo } from '../../protocol/patches.ts';
import { bytes, magnitude } from '../../text/numbers.ts';
import { short, visible } from '../../text/visible.ts';
import type { DefineCommand } from '../cli.ts';
import { measureTables } from '../measureTables.ts';
import type { Style } from '../style.ts';

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
      short(prompt, 50),
      short(target.true ?? '–', 20),
      short(target.new, 20),
      visible(method),
      String(layer),
      magnitude(updateNorm),
      relativeUpdateNorm === undefined ? '–' : magnitude(relativeUpdateNorm),
    ]),
  );
  const { measures } = description;
  if (measures === null) return `${pairs}\n${table}`;
  const others = Object.entries(measures.others).map(
    ([name, value]) => `${visible(name)}  ${short(JSON.stringify(value), 100)}\n`,
  );
  const unknown =
    others.length === 0 ? '' : `${style.heading('measures of another version')}${others.join('')}`;
  return `${pairs}\n${table}\n${measureTables(measures, 'when it was made', style)}${unknown}`;
}
