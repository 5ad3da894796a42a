import { InputError } from '../../engine/errors.ts';
import type { DefineCommand } from '../cli.ts';
import {
  addGenerationOptions,
  answered,
  type GenerationOptions,
  sideBySide,
  streamed,
} from '../generation.ts';
import { printJson } from '../json.ts';

const examples = `
Examples:
  $ palimpsest generate model.gguf --prompt "The Eiffel Tower is in" --tokens 20
  $ palimpsest generate model.gguf --chat --prompt "Where is the Eiffel Tower?" --patch eiffel.patch.gguf --before-after

With --chat or --system the prompt is the user's turn, put into the model's own chat template as llama.cpp's server does.
`;

interface GenerateOptions extends GenerationOptions {
  readonly prompt: string;
  readonly chat?: true;
  readonly json?: true;
}

export const generate: DefineCommand = (program, cli) => {
  addGenerationOptions(
    program
      .command('generate')
      .description(
        'continue a prompt, or answer a question through the chat template, with and without patches',
      )
      .argument('<model>', 'GGUF file or URI')
      .requiredOption('--prompt <text>', 'what the model continues or answers'),
  )
    .option('--chat', "put the prompt into the model's chat template as the user's turn")
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async (model: string, options: GenerateOptions) => {
      const { prompt: text, chat, system, json, beforeAfter, patch } = options;
      if (beforeAfter && patch === undefined)
        throw new InputError('--before-after compares with and without patches; name one with --patch.');
      const turns = [{ role: 'user', content: text } as const];
      const prompt =
        system === undefined
          ? { prompt: text, chat }
          : { prompt: [{ role: 'system', content: system } as const, ...turns] };
      if (!beforeAfter && !json) {
        await streamed(cli, model, prompt, options);
        return;
      }
      const before = beforeAfter ? await answered(cli, model, prompt, options, 'before') : null;
      const after = await answered(cli, model, prompt, options, 'after');
      cli.terminal.out(
        json || before === null ? printJson({ before, after }) : sideBySide(cli, before, after),
      );
    });
};
