import type { Lens } from '../../protocol/activations.ts';
import type { LensComparison } from '../../protocol/engine.ts';
import { probability } from '../../text/numbers.ts';
import { short, visible } from '../../text/visible.ts';
import type { DefineCommand } from '../cli.ts';
import {
  addPromptOptions,
  number,
  type PromptOptions,
  patchesFrom,
  promptFrom,
  repeated,
  wholeNumber,
} from '../options.ts';
import type { Style } from '../style.ts';

const examples = `
Examples:
  $ palimpsest lens model.gguf --prompt "The Eiffel Tower is in"
  $ palimpsest lens model.gguf --prompt "The Eiffel Tower is in" --patch eiffel.patch.gguf --target Rome --target Paris

What the model would say if it ended after each layer (logit lens); --target follows the rank of a text's first token.
`;

interface LensOptions extends PromptOptions {
  readonly patch?: string[];
  readonly strength?: number;
  readonly position?: number;
  readonly target?: string[];
  readonly top?: number;
  readonly json?: true;
}

export const lens: DefineCommand = (program, cli) => {
  addPromptOptions(
    program
      .command('lens')
      .description('show what the model would say after each layer, before and after patches')
      .argument('<model>', 'GGUF file or URI'),
    'what the model reads',
  )
    .option('--patch <file>', 'switch this patch on for "after"; repeatable', repeated)
    .option('--strength <x>', 'what the patches are multiplied by (default: 1)', number)
    .option('--position <n>', 'token of the prompt, from 0 (default: the last)', wholeNumber(0))
    .option('--target <text>', 'follow this text; repeatable', repeated)
    .option('--top <k>', 'tokens per layer (default: 3)', wholeNumber(1))
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async (model: string, options: LensOptions) => {
      const { patch, strength, position, target, top = 3, json } = options;
      const patches = patchesFrom(patch, strength);
      const positions = position === undefined ? undefined : [position];
      const params = { model, ...promptFrom(options), patches, positions, targets: target, top };
      await cli.call('lens', params, json, (result, style) =>
        render(result, style, target ?? [], patches.length > 0),
      );
    });
};

function render(
  { before, after }: LensComparison,
  style: Style,
  targets: readonly string[],
  patched: boolean,
): string {
  const right = (head: string) => ({ head, align: 'right' }) as const;
  const columnsOf = (state: string) => [
    { head: state },
    ...targets.map((text) => right(`rank ${short(text, 12)}`)),
  ];
  const columns = [right('layer'), ...columnsOf('before'), ...(patched ? columnsOf('after') : [])];
  const rows = before.layers.map((_, layer) => [
    String(layer),
    ...cells(before, layer),
    ...(patched ? cells(after, layer) : []),
  ]);
  const [position = 0] = before.positions;
  const heading = style.heading(`At token ${position}: ${visible(before.tokens[position]?.text ?? '')}`);
  return heading + style.table(columns, rows);
}

function cells({ layers }: Lens, layer: number): string[] {
  const cell = layers[layer]?.[0];
  const top = (cell?.top ?? []).map(({ token, p }) => `${short(token, 14)} ${probability(p)}`).join('  ');
  return [top, ...(cell?.targets ?? []).map(({ rank }) => String(rank))];
}
