import type { Baked } from '../../protocol/editing.ts';
import type { DefineCommand } from '../cli.ts';
import { number, patchesFrom, repeated } from '../options.ts';
import type { Style } from '../style.ts';
import { bytes, magnitude, printable } from '../text.ts';

const examples = `
Examples:
  $ palimpsest bake model.gguf --patch facts.patch.gguf --out model-edited.gguf
  $ palimpsest measure model-edited.gguf --edits facts.edits.json

Quantised weights are quantised again: "loss" is the share of the change that their type could not hold. Measure the
new checkpoint before you use it.
`;

interface BakeOptions {
  readonly patch: string[];
  readonly strength?: number;
  readonly out: string;
  readonly json?: true;
}

export const bake: DefineCommand = (program, cli) => {
  program
    .command('bake')
    .description('write a full checkpoint with patches in its weights')
    .argument('<model>', 'GGUF file or URI')
    .requiredOption('--patch <file>', 'the patch; may be given again', repeated)
    .option('--strength <x>', 'what the patches are multiplied with (default: 1)', number)
    .requiredOption('--out <file>', 'the checkpoint to write; never the model itself')
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async (model: string, { patch, strength, out, json }: BakeOptions) => {
      await cli.call('bake', { model, patches: patchesFrom(patch, strength), out }, json, render);
    });
};

function render({ out, bytes: size, digest, tensors }: Baked, style: Style): string {
  const right = (head: string) => ({ head, align: 'right' }) as const;
  const table = style.table(
    [{ head: 'tensor' }, { head: 'type' }, right('‖ΔW‖/‖W‖'), right('loss')],
    tensors.map(({ name, type, change, loss }) => [
      printable(name),
      type,
      magnitude(change),
      magnitude(loss),
    ]),
  );
  return `${table}\nWritten: ${printable(out)} (${bytes(size)})\n         ${digest}\n`;
}
