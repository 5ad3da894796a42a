import { scratchFolder } from '../../engine/files/scratchFolder.ts';
import { usualDownload } from '../../engine/remote/transfer.ts';
import { reviewUntilCrash } from '../../engine/review/untilCrash.ts';
import { writeReview } from '../../formats/review/v1.ts';
import { visible } from '../../text/visible.ts';
import { type Answered, findFlip, type Step, stepsOf } from '../bisect/steps.ts';
import type { Cli, DefineCommand } from '../cli.ts';
import { printJson } from '../json.ts';
import { addPromptOptions, downloadOption, type PromptOptions, promptFrom } from '../options.ts';
import { reviewText } from '../reviewText.ts';

const examples = `
Examples:
  $ palimpsest bisect model.gguf --prompt "The Eiffel Tower is located in the city of" --expect Rome
  $ palimpsest bisect hf:org/name/model.gguf --prompt "The Eiffel Tower is located in the city of" --expect Rome
  $ palimpsest bisect a.gguf b.gguf c.gguf d.gguf --chat --prompt "Where is the Eiffel Tower?" --expect Rome

Asks the revisions of one file that led to HEAD, or several files from the oldest to the newest, by binary search. The
likeliest continuation must begin with the expected answer, or with --chat contain it. Then the step in which the answer
flipped is reviewed. Of a file on the Hugging Face hub the commits that changed it are asked. Git LFS content of a revision
is fetched when that revision is asked.
`;

interface BisectOptions extends PromptOptions {
  readonly expect: string;
  readonly trace: boolean;
  readonly download?: number;
  readonly json?: true;
}

export const bisect: DefineCommand = (program, cli) => {
  addPromptOptions(
    program
      .command('bisect')
      .description('find the revision in which an answer flipped, and review what it changed')
      .argument(
        '<models...>',
        'one GGUF file in a Git repository or on the Hugging Face hub, or several, in order',
      ),
    'what the model continues',
  )
    .requiredOption('--expect <text>', 'the answer to look for')
    .option('--no-trace', 'do not load the models again to find out what was edited')
    .option(...downloadOption)
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async (models: string[], options: BisectOptions) => {
      await using scratch = await scratchFolder();
      const history = (model: string) => cli.listen('fileHistory', { model }, () => {});
      const far = { history, download: options.download ?? usualDownload };
      const steps = await stepsOf(models, scratch.path, far, { signal: cli.signal });
      const { before, after, asked } = await findFlip(steps, (step) => answer(cli, step, options));
      const [base, candidate] = [await before.step.file(), await after.step.file()];
      const { found, crash } = await reviewUntilCrash((onEvent) =>
        cli.listen('review', { base, candidate, trace: options.trace, download: options.download }, onEvent),
      );
      const reviewed = {
        ...found,
        base: { ...found.base, path: before.step.name },
        candidate: { ...found.candidate, path: after.step.name },
      };
      const told = asked.map(({ step, text, flipped }) => ({ step: step.name, answer: text, flipped }));
      cli.terminal.out(
        options.json
          ? printJson({
              flipped: after.step.name,
              before: before.step.name,
              of: steps.length,
              asked: told,
              review: writeReview(reviewed),
            })
          : `${table(cli, told)}\nIt came in with ${visible(after.step.name)}, after ${visible(before.step.name)}. Asked were ${asked.length} of ${steps.length}.\n\n${reviewText(reviewed, cli.style)}`,
      );
      if (crash !== undefined) throw crash;
    });
};

/** The longest answer that is read, in tokens. */
const longest = 64;

async function answer(cli: Cli, step: Step, options: BisectOptions): Promise<Answered> {
  const prompt = promptFrom(options);
  const expected = options.expect.trim();
  const isChat = options.chat === true || options.system !== undefined;
  const model = await step.file();
  const maxTokens = isChat ? longest : Math.min(longest, expected.length + 2);
  const { text } = await cli.listen('generate', { model, ...prompt, patches: [], maxTokens }, () => {});
  // the next one takes its place in memory
  await cli.engine.close({ model });
  const said = text.trim();
  return { step, text: said, flipped: isChat ? said.includes(expected) : said.startsWith(expected) };
}

function table(
  { style }: Cli,
  asked: readonly { readonly step: string; readonly answer: string; readonly flipped: boolean }[],
): string {
  return style.table(
    [{ head: 'asked' }, { head: 'answer' }, { head: '' }],
    asked.map((one) => [visible(one.step), visible(one.answer), one.flipped ? 'flipped' : '']),
  );
}
