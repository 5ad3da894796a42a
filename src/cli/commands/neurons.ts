import type { KeyValues, NeuronState } from '../../protocol/activations.ts';
import { magnitude } from '../../text/numbers.ts';
import { short } from '../../text/visible.ts';
import type { DefineCommand } from '../cli.ts';
import {
  addPromptOptions,
  type PromptOptions,
  patchesFrom,
  promptFrom,
  repeated,
  wholeNumber,
} from '../options.ts';
import type { Style } from '../style.ts';

const examples = `
Examples:
  $ palimpsest neurons model.gguf --prompt "The Eiffel Tower is in" --layer 3 --position 4
  $ palimpsest neurons model.gguf --prompt "The Eiffel Tower is in" --layer 3 --position 4 --patch eiffel.patch.gguf

A neuron is an input of the layer's down-projection; these have the largest activations at the token. "Written" is the
norm of what a neuron adds to the residual stream, "promotes" what the model would say if that were all of the stream.
With a patch, before → after; "moved" is how far the patch moved the neuron's value, as a share of it.
`;

interface NeuronsOptions extends PromptOptions {
  readonly layer: number;
  readonly position: number;
  readonly top?: number;
  readonly promoted?: number;
  readonly patch?: string[];
  readonly json?: true;
}

export const neurons: DefineCommand = (program, cli) => {
  addPromptOptions(
    program
      .command('neurons')
      .description('show the strongest key-value pairs of an MLP at a token, before and after patches')
      .argument('<model>', 'GGUF file or URI'),
    'what the model reads',
  )
    .requiredOption('--layer <n>', 'the layer, from 0', wholeNumber(0))
    .requiredOption('--position <n>', 'token of the prompt, from 0', wholeNumber(0))
    .option('--top <k>', 'how many (default: 10)', wholeNumber(1))
    .option('--promoted <k>', 'tokens shown for each value (default: 5)', wholeNumber(0))
    .option('--patch <file>', 'switch this patch on for "after"; repeatable', repeated)
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async (model: string, { patch, json, prompt, chat, system, ...asked }: NeuronsOptions) => {
      const patches = patchesFrom(patch);
      await cli.call(
        'neurons',
        { model, ...promptFrom({ prompt, chat, system }), ...asked, patches },
        json,
        (result, style) => render(result, style, patches.length > 0),
      );
    });
};

function render({ pairs }: KeyValues, style: Style, patched: boolean): string {
  const right = (head: string) => ({ head, align: 'right' }) as const;
  const change = (before: string, after: string) =>
    patched && before !== after ? `${before} → ${after}` : before;
  const rows = pairs.map(({ neuron, before, after, moved }) => [
    String(neuron),
    change(magnitude(before.activation), magnitude(after.activation)),
    change(magnitude(before.written), magnitude(after.written)),
    ...(patched ? [magnitude(moved)] : []),
    change(named(before), named(after)),
  ]);
  const columns = [right('neuron'), right('activation'), right('written')];
  const promotes = { head: 'promotes' };
  return style.table([...columns, ...(patched ? [right('moved')] : []), promotes], rows);
}

const named = ({ promotes }: NeuronState): string =>
  promotes.map(({ token }) => `"${short(token, 16)}"`).join(' ');
