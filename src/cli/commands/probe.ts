import type { Probed } from '../../protocol/engine.ts';
import { magnitude, probability } from '../../text/numbers.ts';
import { visible } from '../../text/visible.ts';
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
  $ palimpsest probe model.gguf --prompt "The Eiffel Tower is located in the city of"
  $ palimpsest probe model.gguf --prompt "The Louvre is in" --patch eiffel.patch.gguf --top 5 --json
`;

interface ProbeOptions extends PromptOptions {
  readonly patch?: string[];
  readonly strength?: number;
  readonly top?: number;
  readonly json?: true;
}

export const probe: DefineCommand = (program, cli) => {
  addPromptOptions(
    program
      .command('probe')
      .description('show the likeliest next tokens of a prompt, before and after patches')
      .argument('<model>', 'GGUF file or URI'),
    'what the model continues',
  )
    .option('--patch <file>', 'switch this patch on for "after"; repeatable', repeated)
    .option('--strength <x>', 'what the patches are multiplied by (default: 1)', number)
    .option('--top <k>', 'how many tokens (default: 10)', wholeNumber(1))
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async (model: string, options: ProbeOptions) => {
      const { patch, strength, top, json } = options;
      const patches = patchesFrom(patch, strength);
      await cli.call('probe', { model, ...promptFrom(options), patches, top }, json, (result, style) =>
        render(result, style, patches.length > 0),
      );
    });
};

function render({ before, after, kl }: Probed, style: Style, patched: boolean): string {
  const cell = (tokens: Probed['before'], row: number) => {
    const { token = '', p = 0 } = tokens[row] ?? {};
    return [visible(token), probability(p)];
  };
  const right = (head: string) => ({ head, align: 'right' }) as const;
  const columns = [{ head: 'before' }, right('p'), ...(patched ? [{ head: 'after' }, right('p')] : [])];
  const rows = before.map((_, row) => [...cell(before, row), ...(patched ? cell(after, row) : [])]);
  return style.table(columns, rows) + (patched ? `\nKL(before ‖ after) ${magnitude(kl)} nats\n` : '');
}
