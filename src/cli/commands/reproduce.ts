import type { Reproduced } from '../../protocol/patches.ts';
import { plural } from '../../text/numbers.ts';
import { visible } from '../../text/visible.ts';
import { type DefineCommand, PolicyError } from '../cli.ts';
import type { Style } from '../style.ts';

const examples = `
Examples:
  $ palimpsest reproduce facts.patch.gguf --model model.gguf

The patch is computed again from its description, and its tensors are compared byte for byte; exit code 1 means that some
differ. Another processor or another number of threads (PALIMPSEST_THREADS) may round differently.
`;

interface ReproduceOptions {
  readonly model: string;
  readonly text?: string;
  readonly json?: true;
}

export const reproduce: DefineCommand = (program, cli) => {
  program
    .command('reproduce')
    .description('compute a patch again from its description, and say whether the bytes agree')
    .argument('<patch>', 'patch file')
    .requiredOption('--model <base>', 'GGUF file or URI of the base')
    .option('--text <file>', 'the text that the covariance was computed from, if any')
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async (patch: string, { model, text, json }: ReproduceOptions) => {
      const { identical, tensors } = await cli.call('reproduce', { model, patch, text }, json, render);
      if (identical) return;
      const differing = tensors.filter((tensor) => !tensor.identical).length;
      throw new PolicyError(`${plural(differing, 'tensor')} of ${tensors.length} came out differently.`);
    });
};

function render({ patch, edits, identical, tensors }: Reproduced, style: Style): string {
  const table = style.table(
    [{ head: 'tensor' }, { head: 'bytes' }],
    tensors.map(({ name, identical: same }) => [visible(name), same ? 'the same' : 'others']),
  );
  const says = identical ? 'has the same bytes as' : 'has other bytes than';
  return `${table}\n${visible(patch)} ${says} what its description gives (${plural(edits, 'edit')}).\n`;
}
