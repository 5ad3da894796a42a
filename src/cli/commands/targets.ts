import type { Targets } from '../../protocol/editableLayers.ts';
import { visible } from '../../text/visible.ts';
import type { DefineCommand } from '../cli.ts';
import type { Style } from '../style.ts';

const examples = `
Examples:
  $ palimpsest targets model.gguf
  $ palimpsest targets model.gguf --json | jq .proposed

Only the header is read; the model is not loaded. A layer sweep (edit --sweep) may find a better layer.
`;

export const targets: DefineCommand = (program, cli) => {
  program
    .command('targets')
    .description('show which layers of a model can be edited, and which one is proposed')
    .argument('<model>', 'GGUF file or URI')
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async (model: string, { json }: { json?: true }) => {
      await cli.call('targets', { model }, json, render);
    });
};

function render({ layers, proposed }: Targets, style: Style): string {
  const table = style.table(
    [{ head: 'layer', align: 'right' }, { head: 'down-projection' }, { head: 'type' }, { head: 'editable' }],
    layers.map(({ layer, tensors, reason }) => [
      String(layer),
      tensors.map(({ name }) => visible(name)).join(', ') || '–',
      [...new Set(tensors.map(({ type }) => type))].join(', ') || '–',
      reason ?? (layer === proposed?.layer ? 'yes, proposed' : 'yes'),
    ]),
  );
  const says =
    proposed === null ? 'No layer can be edited.' : `Proposed: layer ${proposed.layer}, ${proposed.reason}.`;
  return `${table}\n${says}\n`;
}
