import type { Turn } from '../../protocol/chat.ts';
import type { Cli, DefineCommand } from '../cli.ts';
import {
  type Answer,
  addGenerationOptions,
  answered,
  expectPatchToCompare,
  type GenerationOptions,
  sideBySide,
  streamed,
} from '../generation.ts';

const examples = `
Examples:
  $ palimpsest chat model.gguf
  $ palimpsest chat model.gguf --patch eiffel.patch.gguf --before-after --system "Answer in one sentence."
  $ echo "Where is the Eiffel Tower?" | palimpsest chat model.gguf --patch eiffel.patch.gguf

A line is a turn; Ctrl-D ends the conversation. Everything goes through the model's own chat template.
`;

interface ChatOptions extends GenerationOptions {
  readonly system?: string;
}

export const chat: DefineCommand = (program, cli) => {
  addGenerationOptions(
    program
      .command('chat')
      .description('talk to a model through its chat template, with and without patches')
      .argument('<model>', 'GGUF file or URI')
      .option('--system <text>', 'the system turn that the conversation begins with'),
  )
    .addHelpText('after', examples)
    .action(async (model: string, options: ChatOptions) => {
      const { beforeAfter, system } = options;
      expectPatchToCompare(options);
      const start: readonly Turn[] = system === undefined ? [] : [{ role: 'system', content: system }];
      // with both at once, each goes on from its own answers
      let [without, turns] = [start, start];
      invite(cli);
      for await (const line of cli.lines()) {
        if (line.trim() !== '') {
          const asked: Turn = { role: 'user', content: line };
          turns = [...turns, asked];
          if (beforeAfter) {
            without = [...without, asked];
            const before = await answered(cli, model, { prompt: [...without] }, options, 'before');
            const after = await answered(cli, model, { prompt: [...turns] }, options, 'after');
            cli.terminal.out(sideBySide(cli, before, after));
            [without, turns] = [answeredIn(without, before), answeredIn(turns, after)];
          } else {
            turns = answeredIn(turns, await streamed(cli, model, { prompt: [...turns] }, options));
          }
        }
        invite(cli);
      }
    });
};

const answeredIn = (turns: readonly Turn[], { text }: Answer): readonly Turn[] => [
  ...turns,
  { role: 'assistant', content: text },
];

/** Says that it is the user's turn, where somebody sits before the screen. */
function invite({ terminal, style }: Cli): void {
  if (terminal.interactive) terminal.err(style.c.dim('> '));
}
