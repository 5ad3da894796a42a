import { existsSync } from 'node:fs';
import { mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../engine/errors.ts';
import { writeWhole } from '../../engine/gguf/atomicWrite.ts';
import { splitName } from '../../engine/gguf/split.ts';
import { askGit, type Repository } from '../../engine/git/git.ts';
import { revisionPolicy, writeKeys } from '../../engine/git/revisionPolicy.ts';
import type { EngineCrash } from '../../engine/process/crash.ts';
import { presets, readPolicy } from '../../engine/review/policy/policies.ts';
import { reviewUntilCrash } from '../../engine/review/untilCrash.ts';
import { scratchFolder } from '../../engine/scratchFolder.ts';
import type { Policy } from '../../protocol/review.ts';
import { visible } from '../../text/visible.ts';
import { type Cli, type DefineCommand, PolicyError } from '../cli.ts';
import { type ChangedModel, changedModels, oneModel } from '../gate/changedModels.ts';
import { gateComment, gateJson, gateMarkdown, gateSarif, type Outcome, passes } from '../gate/outcome.ts';
import { writeBase } from '../gate/writeBase.ts';
import { reviewText } from '../reviewText.ts';

const examples = `
Examples:
  $ palimpsest gate --base-ref origin/main --policy models/release.policy.json
  $ palimpsest gate --base-ref HEAD --policy requantised -- 'models/*.gguf'
  $ palimpsest gate --base-ref origin/main --policy fine-tune --base ../llama-3/ --out gate

Every GGUF model and folder of safetensors that the branch changes is reviewed against what the base revision holds in its
place, or against --base. A policy file and its keys are read from the base revision, so that nobody lets a change through
by changing the policy with it. A new model needs --base. --out takes gate.md, comment.md, gate.sarif and gate.json.
Exit codes: 0 passed, 1 the policy is not met, 2 a model cannot be read, 3 the engine failed.
`;

interface GateOptions {
  readonly baseRef: string;
  readonly policy: string;
  readonly base?: string;
  readonly candidate?: string;
  readonly out?: string;
  readonly trace: boolean;
}

export const gate: DefineCommand = (program, cli) => {
  program
    .command('gate')
    .description('review all models that a branch changes, by the policy of the branch it is merged into')
    .argument('[paths...]', "which files count, as Git's pathspecs; all unless given")
    .requiredOption('--base-ref <revision>', 'the revision that is merged into')
    .requiredOption('--policy <name>', 'a policy, or a policy file as the base revision holds it')
    .option('--base <model>', 'hold all candidates against this model')
    .option('--candidate <model>', 'review this model of the repository alone, changed or not')
    .option('--out <folder>', 'write the reports there')
    .option('--no-trace', 'do not load the models to find out what was edited')
    .addHelpText('after', examples)
    .action(async (paths: string[], options: GateOptions) => {
      await using scratch = await scratchFolder();
      const repository = await repositoryHere();
      const commit = await commitOf(repository, options.baseRef);
      const policy = await policyOf(repository, commit, options.policy, scratch.path);
      const outcomes: Outcome[] = [];
      let crash: EngineCrash | undefined;
      const { candidate } = options;
      const models =
        candidate === undefined
          ? await changedModels(repository, commit, paths, cli.signal)
          : [await oneModel(repository, commit, await placeIn(repository, candidate))];
      for (const [index, model] of models.entries()) {
        const folder = path.join(scratch.path, String(index));
        const one = await judged(cli, repository, commit, model, policy, options, folder);
        crash ??= one.crash;
        outcomes.push(one.outcome);
        cli.terminal.out(shown(one.outcome, cli));
      }
      if (outcomes.length === 0) cli.terminal.out('No model changed.\n');
      if (options.out !== undefined) await writeReports(options.out, outcomes);
      if (crash !== undefined) throw crash;
      conclude(outcomes);
    });
};

async function repositoryHere(): Promise<Repository> {
  const folder = process.cwd();
  const root = (await askGit({ folder }, ['rev-parse', '--show-toplevel'])).toString('utf8').trim();
  return { folder: root };
}

async function commitOf(repository: Repository, revision: string): Promise<string> {
  const asked = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  const found = await askGit(repository, asked).catch((cause: unknown) => {
    throw new InputError(`The repository has no revision ${revision}; fetch it first.`, { cause });
  });
  return found.toString('utf8').trim();
}

/** A path below the repository's folder, with slashes. */
async function placeIn({ folder }: Repository, name: string): Promise<string> {
  const below = path.relative(await realpath(folder), path.resolve(await realpath(process.cwd()), name));
  return below.split(path.sep).join('/');
}

/** A preset, or a file as the base revision holds it. */
async function policyOf(
  repository: Repository,
  commit: string,
  name: string,
  scratch: string,
): Promise<Policy> {
  if (Object.hasOwn(presets, name)) return await readPolicy(name);
  const file = { commit, path: await placeIn(repository, name) };
  const held = await askGit(repository, ['cat-file', '-e', `${commit}:${file.path}`]).catch(() => undefined);
  if (held === undefined) {
    throw new InputError(
      `The base revision ${commit.slice(0, 8)} does not hold the policy ${name}; a policy counts once it is merged.`,
    );
  }
  const policy = await revisionPolicy(repository, file, `${name} @ ${commit.slice(0, 8)}`);
  return { ...policy, trustedKeys: await writeKeys(repository, policy.trustedKeys ?? [], scratch) };
}

/** Reviews one model. What is wrong with it is its outcome, so that the others get theirs. */
async function judged(
  cli: Cli,
  repository: Repository,
  commit: string,
  model: ChangedModel,
  policy: Policy,
  { base, trace }: GateOptions,
  folder: string,
): Promise<{ readonly outcome: Outcome; readonly crash?: EngineCrash | undefined }> {
  const name = model.path;
  const refused = (why: string) => ({ outcome: { model: name, kind: 'refused', why } as const });
  if (model.removed) return { outcome: { model: name, kind: 'removed' } };
  if (base === undefined && model.before.length === 0) {
    return refused(
      'It is new, so there is nothing to hold it against; name the model that it was made from with --base.',
    );
  }
  try {
    const against = base ?? (await writeBase(repository, commit, model, folder, { signal: cli.signal }));
    const candidate = path.join(repository.folder, name);
    const params = { base: against, candidate, policy, trace, signature: signatureOf(candidate, policy) };
    const { found, crash } = await reviewUntilCrash((onEvent) => cli.listen('review', params, onEvent));
    const reviewed = {
      ...found,
      base: { ...found.base, path: base ?? `${name} @ ${commit.slice(0, 8)}` },
      candidate: { ...found.candidate, path: path.relative(process.cwd(), candidate) },
    };
    return { outcome: { model: name, kind: 'reviewed', reviewed }, crash };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return refused(error.message);
  }
}

/** `NAME.sig` beside a model, where the policy has keys that may sign. */
function signatureOf(candidate: string, { trustedKeys = [] }: Policy): string | undefined {
  const names = [splitName(candidate)?.prefix, candidate.replace(/\.gguf$/, '')];
  const found = names.find((name) => name !== undefined && existsSync(`${name}.sig`));
  return trustedKeys.length === 0 || found === undefined ? undefined : `${found}.sig`;
}

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
}

/** @throws HumanError where a model does not pass */
function conclude(outcomes: readonly Outcome[]): void {
  const refused = outcomes.flatMap((one) => (one.kind === 'refused' ? [`${one.model}: ${one.why}`] : []));
  if (refused.length > 0) throw new InputError(refused.join('\n'));
  const failed = outcomes.filter((outcome) => !passes(outcome)).map(({ model }) => model);
  if (failed.length > 0) throw new PolicyError(`The policy is not met by ${failed.join(', ')}.`);
}
