import { Option } from 'commander';
import { at } from '../../engine/numeric/at.ts';
import type { ActivationComparison } from '../../protocol/activations.ts';
import { STREAMS, type Stream } from '../../protocol/streams.ts';
import { magnitude } from '../../text/numbers.ts';
import { short } from '../../text/visible.ts';
import type { DefineCommand } from '../cli.ts';
import {
  addPromptOptions,
  number,
  type PromptOptions,
  patchesFrom,
  promptFrom,
  repeated,
} from '../options.ts';
import type { Style } from '../style.ts';

const examples = `
Examples:
  $ palimpsest activations model.gguf --prompt "The Eiffel Tower is in"
  $ palimpsest activations model.gguf --prompt "The Eiffel Tower is in" --patch eiffel.patch.gguf --stream mlp

Shows norms by layer and token: of the stream, or with a patch, of its change. The JSON holds all of them, as flat
lists, one layer's row after the other.
`;

interface ActivationsOptions extends PromptOptions {
  readonly patch?: string[];
  readonly strength?: number;
  readonly stream: Stream;
  readonly json?: true;
}

export const activations: DefineCommand = (program, cli) => {
  addPromptOptions(
    program
      .command('activations')
      .description('show what flows through every layer at every token, before and after patches')
      .argument('<model>', 'GGUF file or URI'),
    'what the model reads',
  )
    .option('--patch <file>', 'switch this patch on for "after"; repeatable', repeated)
    .option('--strength <x>', 'what the patches are multiplied by (default: 1)', number)
    .addOption(
      new Option('--stream <name>', 'residual stream, or what attention or MLP add to it')
        .choices(STREAMS)
        .default('residual'),
    )
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async (model: string, options: ActivationsOptions) => {
      const { patch, strength, stream, json } = options;
      const patches = patchesFrom(patch, strength);
      await cli.call('activations', { model, ...promptFrom(options), patches }, json, (result, style) =>
        render(result, style, stream, patches.length > 0),
      );
    });
};

function render(found: ActivationComparison, style: Style, stream: Stream, patched: boolean): string {
  const { tokens, layers } = found;
  const norms = (patched ? found.change : found.before)[stream];
  const what = patched ? `Norm of the change of the ${stream} stream` : `Norm of the ${stream} stream`;
  const rows = Array.from({ length: layers }, (_, layer) => [
    String(layer),
    ...tokens.map((_, token) => magnitude(at(norms, layer * tokens.length + token))),
  ]);
  const right = (head: string) => ({ head, align: 'right' }) as const;
  const table = style.table([right('layer'), ...tokens.map(({ text }) => right(short(text, 10)))], rows);
  return style.heading(what) + table;
}
