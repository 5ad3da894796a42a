import { askStep } from '../../engine/bisect/askStep.ts';
import { findFlip } from '../../engine/bisect/findFlip.ts';
import type { Step } from '../../engine/bisect/step.ts';
import { expectMoved, stepsInGit, stepsOfFiles, stepsOnHub } from '../../engine/bisect/steps.ts';
import { InputError } from '../../engine/errors.ts';
import { scratchFolder } from '../../engine/files/scratchFolder.ts';
import { isReference } from '../../engine/remote/reference.ts';
import { usualDownload } from '../../engine/remote/transfer.ts';
import { reviewUntilCrash } from '../../engine/review/untilCrash.ts';
import { writeReview } from '../../formats/review/v1.ts';
import type { EngineParams } from '../../protocol/engine.ts';
import { visible } from '../../text/visible.ts';
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
      const steps = await stepsOf(cli, models, scratch.path, options.download ?? usualDownload);
      const question = { ...promptFrom(options), expect: options.expect };
      const engine = {
        generate: (params: EngineParams['generate']) => cli.listen('generate', params, () => {}),
        close: (params: EngineParams['close']) => cli.engine.close(params),
      };
      const { before, after, asked } = await findFlip(steps, (step) =>
        askStep(engine, step, question, { signal: cli.signal }),
      );
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

/** Several files in their order, or the revisions of one, in Git or on the hub, the oldest first. */
async function stepsOf(
  cli: Cli,
  models: readonly string[],
  scratch: string,
  download: number,
): Promise<Step[]> {
  const [model, second] = models;
  if (model === undefined)
    throw new InputError('Name a model in a repository, or several files, the oldest first.');
  if (second !== undefined) return stepsOfFiles(models);
  if (!isReference(model)) return await stepsInGit(model, scratch);
  const { revisions } = await cli.listen('fileHistory', { model }, () => {});
  expectMoved(model, revisions, download);
  return stepsOnHub(revisions);
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
