import type { DefineCommand } from '../cli.ts';
import {
  addGenerationOptions,
  answered,
  expectPatchToCompare,
  type GenerationOptions,
  sideBySide,
  streamed,
} from '../generation.ts';
import { printJson } from '../json.ts';
import { addPromptOptions, type PromptOptions, promptFrom } from '../options.ts';

const examples = `
Examples:
  $ palimpsest generate model.gguf --prompt "The Eiffel Tower is in" --tokens 20
  $ palimpsest generate model.gguf --chat --prompt "Where is the Eiffel Tower?" --patch eiffel.patch.gguf --before-after

With --chat or --system the prompt is the user's turn, put into the model's own chat template as llama.cpp's server does.
`;

interface GenerateOptions extends GenerationOptions, PromptOptions {
  readonly json?: true;
}

export const generate: DefineCommand = (program, cli) => {
  const command = program
    .command('generate')
    .description('continue a prompt, or answer a question as a chat model, with and without patches')
    .argument('<model>', 'GGUF file or URI');
  addGenerationOptions(addPromptOptions(command, 'what the model continues or answers'))
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async (model: string, options: GenerateOptions) => {
      const { json, beforeAfter } = options;
      expectPatchToCompare(options);
      const prompt = promptFrom(options);
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
