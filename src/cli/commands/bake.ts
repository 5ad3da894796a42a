import type { Baked } from '../../protocol/patches.ts';
import { bytes, magnitude } from '../../text/numbers.ts';
import { visible } from '../../text/visible.ts';
import type { DefineCommand } from '../cli.ts';
import { readEdits } from '../editsInput.ts';
import { number, patchesFrom, repeated } from '../options.ts';
import { probeTable } from '../probeTable.ts';
import type { Style } from '../style.ts';

const examples = `
Examples:
  $ palimpsest bake model.gguf --patch facts.patch.gguf --out model-edited.gguf
  $ palimpsest bake model.gguf --patch facts.patch.gguf --edits facts.edits.json --out model-edited.gguf

Quantized weights are quantized again; "loss" is the share of the change that their type could not represent. The new
checkpoint is then checked: the prompts of the patches, and the probes of the edits file where one is given.
`;

interface BakeOptions {
  readonly patch: string[];
  readonly strength?: number;
  readonly out: string;
  readonly edits?: string;
  readonly json?: true;
}

export const bake: DefineCommand = (program, cli) => {
  program
    .command('bake')
    .description('write a full checkpoint with patches in its weights')
    .argument('<model>', 'GGUF file or URI')
    .requiredOption('--patch <file>', 'the patch; repeatable', repeated)
    .option('--strength <x>', 'what the patches are multiplied by (default: 1)', number)
    .requiredOption('--out <file>', 'the checkpoint to write; never the model itself')
    .option('--edits <file>', 'also measure the probes of this edits file')
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async (model: string, { patch, strength, out, edits: file, json }: BakeOptions) => {
      const edits = file === undefined ? undefined : await readEdits(file);
      await cli.call('bake', { model, patches: patchesFrom(patch, strength), out, edits }, json, render);
    });
};

function render({ out, bytes: size, digest, tensors, probes }: Baked, style: Style): string {
  const right = (head: string) => ({ head, align: 'right' }) as const;
  const table = style.table(
    [{ head: 'tensor' }, { head: 'type' }, right('‖ΔW‖/‖W‖'), right('loss')],
    tensors.map(({ name, type, change, loss }) => [
      visible(name),
      type,
      change === null ? '–' : magnitude(change),
      magnitude(loss),
    ]),
  );
  const read = probeTable(style, probes, ['base', 'checkpoint']);
  return `${table}\n${probes.length > 0 ? `${read}\n` : ''}Written: ${visible(out)} (${bytes(size)})\n         ${digest}\n`;
}
