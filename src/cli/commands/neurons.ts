import type { EngineResults } from '../../protocol/engine.ts';
import type { DefineCommand } from '../cli.ts';
import { patchesFrom, repeated, wholeNumber } from '../options.ts';
import type { Style } from '../style.ts';
import { magnitude } from '../text.ts';

const examples = `
Examples:
  $ palimpsest neurons model.gguf --prompt "The Eiffel Tower is in" --layer 3 --position 4
  $ palimpsest neurons model.gguf --prompt "The Eiffel Tower is in" --layer 3 --position 4 --patch eiffel.patch.gguf

A neuron is an input of the layer's down-projection; these have the largest activations at the token.
`;

interface NeuronsOptions {
  readonly prompt: string;
  readonly layer: number;
  readonly position: number;
  readonly top?: number;
  readonly patch?: string[];
  readonly json?: true;
}

export const neurons: DefineCommand = (program, cli) => {
  program
    .command('neurons')
    .description('show the most active neurons of an MLP at a token, before and after patches')
    .argument('<model>', 'GGUF file or URI')
    .requiredOption('--prompt <text>', 'what the model reads')
    .requiredOption('--layer <n>', 'the layer, from 0', wholeNumber(0))
    .requiredOption('--position <n>', 'token of the prompt, from 0', wholeNumber(0))
    .option('--top <k>', 'how many (default: 10)', wholeNumber(1))
    .option('--patch <file>', 'switch this patch on for "after"; may be given again', repeated)
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async (model: string, { patch, json, ...asked }: NeuronsOptions) => {
      const patches = patchesFrom(patch);
      await cli.call('neurons', { model, ...asked, patches }, json, (result, style) =>
        render(result, style, patches.length > 0),
      );
    });
};

function render({ before, after }: EngineResults['neurons'], style: Style, patched: boolean): string {
  const right = (head: string) => ({ head, align: 'right' }) as const;
  const columns = [right('neuron'), right('activation')];
  const cells = (list: typeof before, i: number) => {
    const found = list[i];
    return found === undefined ? ['', ''] : [String(found.neuron), magnitude(found.activation)];
  };
  return style.table(
    patched ? [...columns, right('after: neuron'), right('activation')] : columns,
    before.map((_, i) => [...cells(before, i), ...(patched ? cells(after, i) : [])]),
  );
}
