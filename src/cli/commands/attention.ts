import { at } from '../../engine/numeric/at.ts';
import type { AttentionComparison } from '../../protocol/attention.ts';
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
  $ palimpsest attention model.gguf --prompt "The Eiffel Tower is in" --layer 3
  $ palimpsest attention model.gguf --prompt "The Eiffel Tower is in" --layer 3 --patch eiffel.patch.gguf

Shows what one token attends to, by head: the last, or the one at --position. With a patch, before → after.
The JSON holds all tokens, as flat lists: head, then reading token, then token that is read.
`;

interface AttentionOptions extends PromptOptions {
  readonly layer: number;
  readonly position?: number;
  readonly patch?: string[];
  readonly json?: true;
}

export const attention: DefineCommand = (program, cli) => {
  addPromptOptions(
    program
      .command('attention')
      .description('show what each head of a layer attends to, before and after patches')
      .argument('<model>', 'GGUF file or URI'),
    'what the model reads',
  )
    .requiredOption('--layer <n>', 'the layer, from 0', wholeNumber(0))
    .option('--position <n>', 'the reading token, from 0 (default: the last)', wholeNumber(0))
    .option('--patch <file>', 'switch this patch on for "after"; repeatable', repeated)
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async (model: string, options: AttentionOptions) => {
      const { layer, position, patch, json } = options;
      const patches = patchesFrom(patch);
      await cli.call('attention', { model, ...promptFrom(options), layer, patches }, json, (result, style) =>
        render(result, style, position ?? result.tokens.length - 1, patches.length > 0),
      );
    });
};

function render(found: AttentionComparison, style: Style, position: number, patched: boolean): string {
  const { tokens, heads, layer, before, after } = found;
  const reading = Math.min(position, tokens.length - 1);
  const weight = (weights: Float32Array, head: number, token: number) =>
    at(weights, (head * tokens.length + reading) * tokens.length + token).toFixed(2);
  const right = (head: string) => ({ head, align: 'right' }) as const;
  const rows = Array.from({ length: heads }, (_, head) => [
    String(head),
    ...tokens
      .slice(0, reading + 1)
      .map((_, token) =>
        patched
          ? `${weight(before, head, token)}→${weight(after, head, token)}`
          : weight(before, head, token),
      ),
  ]);
  const columns = tokens.slice(0, reading + 1).map(({ text }) => right(short(text.trim(), 10)));
  const what = `Layer ${layer}: what token ${reading} ("${short(tokens[reading]?.text.trim() ?? '', 20)}") attends to`;
  return style.heading(what) + style.table([right('head'), ...columns], rows);
}
