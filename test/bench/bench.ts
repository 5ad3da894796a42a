import { availableParallelism } from 'node:os';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { HumanError } from '../../src/engine/errors.ts';
import { attribution } from './attribution/attribution.ts';
import { linalg } from './linalg/linalg.ts';
import { oursHere } from './pytorch/ours.ts';
import { pytorch, templatesNames } from './pytorch/pytorch.ts';
import { parseGoals } from './quality/goals.ts';
import { quality, subjectNames } from './quality/quality.ts';
import { redteam, resist } from './redteam/redteam.ts';
import { safety } from './safety/safety.ts';
import { peakMemoryHere } from './speed/peakMemory.ts';
import { speed } from './speed/speed.ts';
import { table } from './table.ts';

/** `npm run bench -- quality|table|attribution|safety|resist|redteam|speed|linalg|pytorch [OPTIONS]`: how well edits hold, and how fast they are. */

const collect = (value: string, all: string[] = []) => [...all, value];
const list = (value: string) => value.split(',');
const whole = (value: string) => {
  if (/^\d+$/.test(value)) return Number(value);
  throw new InvalidArgumentError('It must be a whole number.');
};
const threads = () =>
  new Option('--threads <n>', 'threads that llama.cpp computes with')
    .argParser(whole)
    .default(availableParallelism());
const json = () => new Option('--json <file>', 'write all figures there as well');
const record = () =>
  new Option('--record', 'keep the figures in bench/results, from which documents take them');

const program = new Command('bench')
  .description('Measures edits: how well they hold, and how fast they are.')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));

program
  .command('quality')
  .description('Edit every record by itself, measure it by the published protocols, revert it.')
  .addArgument(new Argument('[models...]', 'what is edited; both without it').choices(subjectNames))
  .addOption(
    new Option('--methods <a,b>', 'methods to measure (default: the default method)').argParser(list),
  )
  .addOption(new Option('--layer <n>', 'layer to edit').argParser(whole))
  .addOption(
    new Option('--set <name=value>', 'set a hyperparameter; may be repeated').argParser(collect).default([]),
  )
  .option('--quick', 'only the first 5 records')
  .option('--no-drift', 'leave out the drift on control text')
  .addOption(
    new Option('--require <es=0.98,...>', 'exit with 1 when a row misses a goal').argParser(parseGoals),
  )
  .addOption(threads())
  .addOption(json())
  .addOption(record())
  .action(async (models: string[], { quick, ...options }) => {
    const names = subjectNames.filter((name) => models.length === 0 || models.includes(name));
    const faults = await quality(names, { ...options, most: quick ? 5 : undefined });
    for (const fault of faults) console.error(`missed: ${fault}`);
    if (faults.length > 0) process.exitCode = 1;
  });

program
  .command('table')
  .description('Every method on further facts of each model, by `palimpsest eval`, with tables and plots.')
  .addArgument(new Argument('[models...]', 'what is edited; both without it').choices(subjectNames))
  .addOption(new Option('--methods <a,b>', 'methods to measure (default: all)').argParser(list))
  .option('--edits <n,...>', 'how many of the facts', '100')
  .option('--together', 'all edits of a method in one patch')
  .addOption(new Option('--batch <n>', 'with --together: edits computed at once').argParser(whole))
  .option('--no-drift', 'leave out the drift on control text')
  .option('--out <folder>', 'where tables, plots and journals go', '.cache/bench-table')
  .addOption(threads())
  .addOption(record())
  .action(async (models: string[], options) => {
    await table(
      subjectNames.filter((name) => models.length === 0 || models.includes(name)),
      options,
    );
  });

program
  .command('speed')
  .description('Time and memory of edits beside plain llama.cpp in the same run, on SmolLM2.')
  .option('--quick', 'one edit, few repetitions, no covariance')
  .addOption(threads())
  .addOption(json())
  .addOption(record())
  .action(speed);

program
  .command('safety')
  .description('Safe answers of SmolLM2 through its chat template, on the harmless stand-ins that ship.')
  .option('--curve', 'what settings were chosen from, on records that are not measured')
  .addOption(new Option('--edits <n>', 'only the first so many records').argParser(whole))
  .addOption(threads())
  .addOption(json())
  .addOption(record())
  .action(safety);

program
  .command('resist')
  .description('What it takes to flip facts of each model, and from where on a review sees it.')
  .addArgument(new Argument('[models...]', 'what is attacked; both without it').choices(subjectNames))
  .addOption(threads())
  .addOption(record())
  .action(async (models: string[], options) => {
    await resist(
      subjectNames.filter((name) => models.length === 0 || models.includes(name)),
      options,
    );
  });

program
  .command('redteam')
  .description('Harmless stand-ins for each use: do they work, does a review see them, are they undone.')
  .addArgument(new Argument('[models...]', 'what is attacked; both without it').choices(subjectNames))
  .addOption(new Option('--uses <a,b>', 'uses (default: all)').argParser(list))
  .addOption(threads())
  .addOption(record())
  .action(async (models: string[], options) => {
    await redteam(
      subjectNames.filter((name) => models.length === 0 || models.includes(name)),
      options,
    );
  });

program
  .command('attribution')
  .description('Attribution by gradients beside causal traces of the same facts by the same noise.')
  .addArgument(new Argument('[models...]', 'what is read; both without it').choices(subjectNames))
  .addOption(threads())
  .addOption(record())
  .action(async (models: string[], options) => {
    await attribution(
      subjectNames.filter((name) => models.length === 0 || models.includes(name)),
      options,
    );
  });

program
  .command('linalg')
  .description('Solving with a covariance and finding its null space, beside LAPACK in the same run.')
  .requiredOption('--python <program>', 'a Python with numpy and scipy')
  .addOption(
    new Option('--sizes <n,...>', 'widths of keys')
      .argParser((value: string) => list(value).map(whole))
      .default([1536, 4864]),
  )
  .addOption(threads())
  .addOption(json())
  .addOption(record())
  .action(linalg);

program
  .command('pytorch')
  .description('R-ROME here and in PyTorch, on the same facts of SmolLM2: quality, time and memory.')
  .requiredOption('--python <program>', 'a Python with torch, transformers, accelerate and gguf')
  .addOption(new Option('--facts <n>', 'how many facts').argParser(whole).default(10))
  .addOption(
    new Option('--templates <names...>', "EasyEdit's rewriting prompts, or as few as ours")
      .choices(templatesNames)
      .default(templatesNames),
  )
  .addOption(threads())
  .addOption(json())
  .addOption(record())
  .action(pytorch);

program
  .command('pytorch-ours', { hidden: true })
  .argument('<options>', 'as JSON', JSON.parse)
  .action(oursHere);

program
  .command('peak-memory', { hidden: true })
  .addOption(threads())
  .option('--cache-folder <folder>', 'where covariances are kept')
  .action(peakMemoryHere);

program
  .command('all', { isDefault: true, hidden: true })
  .option('--quick')
  .addOption(threads())
  .action(async ({ quick, threads }) => {
    await speed({ quick, threads });
    await quality(subjectNames, { threads, most: quick ? 5 : undefined, drift: true, set: [] });
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof HumanError)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}
