import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../engine/errors.ts';
import { writeWhole } from '../../engine/files/atomicWrite.ts';
import { scratchFolder } from '../../engine/files/scratchFolder.ts';
import type { EngineCrash } from '../../engine/process/crash.ts';
import { visible } from '../../text/visible.ts';
import { type Cli, type DefineCommand, PolicyError } from '../cli.ts';
import { changedModels, oneModel } from '../gate/changedModels.ts';
import { judged } from '../gate/judged.ts';
import { gateComment, gateJson, gateMarkdown, gateSarif, type Outcome, passes } from '../gate/outcome.ts';
import { commitOf, placeIn, policyOf, repositoryHere } from '../gate/repository.ts';
import { downloadOption } from '../options.ts';
import { reviewText } from '../reviewText.ts';

const examples = `
Examples:
  $ palimpsest gate --base-ref origin/main --policy models/release.policy.json
  $ palimpsest gate --base-ref HEAD --policy requantised -- 'models/*.gguf'
  $ palimpsest gate --base-ref origin/main --policy fine-tune --base ../llama-3/ --out gate
  $ palimpsest gate --base-ref origin/main --policy fine-tune --base hf:org/model

Every GGUF model and folder of safetensors that the branch changes is reviewed against what the base revision holds in its
place, or against --base. A policy file and its keys are read from the base revision, so that a change cannot bring
its own policy. A new model needs --base; patches (NAME.patch.gguf) are not models. --out takes gate.md,
comment.md, gate.sarif and gate.json, with --records also records/PATH.cdx.json of each model.
Exit codes: 0 passed, 1 the policy is not met, 2 a model cannot be read, 3 the engine failed.
`;

interface GateOptions {
  readonly baseRef: string;
  readonly policy: string;
  readonly base?: string;
  readonly candidate?: string;
  readonly out?: string;
  readonly trace: boolean;
  readonly records?: true;
  readonly download?: number;
}

export const gate: DefineCommand = (program, cli) => {
  program
    .command('gate')
    .description('review all models that a branch changes, by the policy of the branch it merges into')
    .argument('[paths...]', 'files to review, as Git pathspecs (default: all)')
    .requiredOption('--base-ref <revision>', 'the revision to merge into')
    .requiredOption('--policy <name>', 'a policy, or a policy file as the base revision holds it')
    .option('--base <model>', 'compare all candidates with this model')
    .option('--candidate <model>', 'review only this model of the repository, changed or not')
    .option('--out <folder>', 'write the reports there')
    .option('--records', 'also write the modification record of each model (CycloneDX) below --out')
    .option('--no-trace', 'do not load the models to find out what was edited')
    .option(...downloadOption)
    .addHelpText('after', examples)
    .action(async (paths: string[], options: GateOptions) => {
      await using scratch = await scratchFolder();
      const repository = await repositoryHere();
      const commit = await commitOf(repository, options.baseRef);
      const policy = await policyOf(repository, commit, options.policy, scratch.path);
      const { base, candidate, trace, out, download, records = false } = options;
      if (records && out === undefined)
        throw new InputError('--records are written into a folder; name it with --out.');
      const against = { commit, policy, base, trace, download, records };
      const outcomes: Outcome[] = [];
      let crash: EngineCrash | undefined;
      const models =
        candidate === undefined
          ? await changedModels(repository, commit, paths, cli.signal)
          : [await oneModel(repository, commit, await placeIn(repository, candidate))];
      for (const [index, model] of models.entries()) {
        const folder = path.join(scratch.path, String(index));
        const one = await judged(cli, repository, model, against, folder);
        crash ??= one.crash;
        outcomes.push(one.outcome);
        cli.terminal.out(shown(one.outcome, cli));
      }
      if (outcomes.length === 0) cli.terminal.out('No model changed.\n');
      if (out !== undefined) await writeReports(out, outcomes);
      if (crash !== undefined) throw crash;
      conclude(outcomes);
    });
};

function shown(outcome: Outcome, { style }: Cli): string {
  const head = style.heading(visible(outcome.model));
  switch (outcome.kind) {
    case 'reviewed':
      return head + reviewText(outcome.reviewed, style);
    case 'removed':
      return `${head}removed\n`;
    case 'refused':
      return `${head}${visible(outcome.why)}\n`;
  }
}

async function writeReports(folder: string, outcomes: readonly Outcome[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const write = (name: string, text: string) => writeWhole(path.join(folder, name), text);
  await write('gate.md', gateMarkdown(outcomes));
  await write('comment.md', gateComment(outcomes));
  await write('gate.sarif', gateSarif(outcomes));
  await write('gate.json', gateJson(outcomes));
  for (const outcome of outcomes) {
    if (outcome.kind !== 'reviewed' || outcome.record === undefined) continue;
    const name = path.join('records', `${outcome.model}.cdx.json`);
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await write(name, outcome.record);
  }
}

/** @throws HumanError where a model does not pass */
function conclude(outcomes: readonly Outcome[]): void {
  const refused = outcomes.flatMap((one) => (one.kind === 'refused' ? [`${one.model}: ${one.why}`] : []));
  if (refused.length > 0) throw new InputError(refused.join('\n'));
  const failed = outcomes.filter((outcome) => !passes(outcome)).map(({ model }) => model);
  if (failed.length > 0) throw new PolicyError(`The policy is not met by ${failed.join(', ')}.`);
}
