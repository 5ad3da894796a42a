import path from 'node:path';
import { InputError } from '../../engine/errors.ts';
import { journalIn, writeEvaluation } from '../../engine/evaluation/writeEvaluation.ts';
import { makeFolder } from '../../engine/files/makeFolder.ts';
import { nearest } from '../../engine/json/nearest.ts';
import { readJudgeFile, shownCommand } from '../../engine/judging/judgeFile.ts';
import type { Evaluated } from '../../protocol/evaluation.ts';
import {
  measuresIn,
  protocolsOf,
  refusals,
  safetyNotes,
  shown,
  stoppedEarly,
} from '../../protocol/evaluationMeasures.ts';
import { EVALUATED, type EvaluatedName } from '../../protocol/methods.ts';
import { plural } from '../../text/numbers.ts';
import { visible } from '../../text/visible.ts';
import type { DefineCommand } from '../cli.ts';
import { addChatOptions, type EditsOptions, readEdits } from '../editsInput.ts';
import {
  addHyperparameterOptions,
  type HyperparameterOptions,
  hyperparametersFrom,
} from '../hyperparameters.ts';
import { wholeNumber } from '../options.ts';
import type { Style } from '../style.ts';

const examples = `
Examples:
  Every edit alone, by three methods:
  $ palimpsest eval model.gguf --dataset facts.edits.json --methods rome,r-rome,memit --edits 100 --out results

  All edits of a method in one patch; for 1, 10 and 100 edits, and one after the other:
  $ palimpsest eval model.gguf --dataset facts.edits.json --methods memit,alphaedit,emmet --together --out together
  $ palimpsest eval model.gguf --dataset facts.edits.json --methods memit --together --edits 1,10,100 --out curve
  $ palimpsest eval model.gguf --dataset facts.edits.json --methods alphaedit --together --batch 1 --out sequence

  Safety edits, with a judge of your own (a rule, a classifier as GGUF, or with --allow-command a command):
  $ palimpsest eval model.gguf --dataset safe.edits.json --methods dinm,ft-m --judge safe.judge.json --out safety

"ike" and "ice" put the fact into the context, behind demonstrations or alone, and change no weights; they are there for
comparison.
The folder gets evaluation.csv, .json, .md and a page of plots, .html. Give the same command again to
resume an interrupted evaluation. A sequence stops before the model collapses.
\`palimpsest import\` makes edits files from published data sets.
`;

interface EvalOptions extends HyperparameterOptions, Pick<EditsOptions, 'chat'> {
  readonly dataset: string;
  readonly methods: EvaluatedName[];
  readonly edits?: number[];
  readonly layer?: number;
  readonly together?: true;
  readonly batch?: number;
  readonly protect?: true;
  readonly drift: boolean;
  readonly fluency?: true;
  readonly judge?: string;
  readonly allowCommand?: true;
  readonly out: string;
  readonly json?: true;
}

export const evaluate: DefineCommand = (program, cli) => {
  const command = program
    .command('eval')
    .description('compare editing methods on a set of edits, with intervals, tables and plots')
    .argument('<model>', 'GGUF file or URI')
    .requiredOption('--dataset <file>', 'the edits file, NAME.edits.json, or - for stdin')
    .requiredOption('--methods <names>', `methods, separated by commas: ${EVALUATED.join(', ')}`, methodsFrom)
    .option('--edits <n,...>', 'only the first N edits; with --together, several numbers', numbersFrom)
    .option('--layer <n>', 'layer to edit, from 0 (default: the edits’, else proposed)', wholeNumber(0))
    .option('--together', 'all edits of a method in one patch, not each alone')
    .option('--batch <n>', 'with --together: edits that are computed at once', wholeNumber(1))
    .option('--protect', "protect the subject's other facts (its sameSubject probes)");
  addChatOptions(addHyperparameterOptions(command))
    .option('--judge <file>', 'who judges safety edits, NAME.judge.json (default: the usual refusals)')
    .option('--allow-command', 'let the judge file run its command, which is shown first')
    .option('--no-drift', 'skip the drift on control text, which takes longer than the probes')
    .option('--fluency', 'also generate 100 tokens per edit and measure their entropy')
    .requiredOption('--out <folder>', 'folder for the tables, the plots and the journal')
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(
      async (
        model: string,
        {
          dataset,
          edits: numbers,
          out,
          json,
          allowCommand,
          chat,
          set,
          hyperparameters: wishes,
          ...options
        }: EvalOptions,
      ) => {
        if (options.batch !== undefined && !options.together) {
          throw new InputError('--batch is for edits in one patch; give --together as well.');
        }
        if (numbers !== undefined && numbers.length > 1 && !options.together) {
          throw new InputError(
            'Several numbers of edits are for edits in one patch; give --together as well.',
          );
        }
        const edits = await readEdits(dataset, { chat });
        const hyperparameters = await hyperparametersFrom({ set, hyperparameters: wishes });
        const allowedCommand = await commandOf(options.judge, allowCommand === true);
        if (allowedCommand !== undefined)
          cli.terminal.err(`Judged by: ${visible(shownCommand(allowedCommand))}\n`);
        await makeFolder(out);
        const params = {
          model,
          edits,
          numbers,
          ...options,
          hyperparameters,
          allowedCommand,
          journal: journalIn(out),
        };
        const evaluated = await cli.call('evaluate', params, json, render);
        await writeEvaluation(out, evaluated);
        if (!json)
          cli.terminal.out(`\nWritten: ${visible(path.join(out, 'evaluation.{csv,json,md,html}'))}\n`);
      },
    );
};

/** The command that the judge file runs, if it does. @throws InputError where it may not */
async function commandOf(file: string | undefined, allowed: boolean): Promise<string[] | undefined> {
  const judge = file === undefined ? undefined : await readJudgeFile(file);
  if (judge?.kind !== 'command') return undefined;
  if (allowed) return judge.command;
  throw new InputError(
    `${file} runs a command: ${shownCommand(judge.command)} (look at it, and let it run with --allow-command).`,
  );
}

function numbersFrom(text: string): number[] {
  return [...new Set(text.split(',').map((part) => wholeNumber(1)(part.trim())))].sort((a, b) => a - b);
}

function methodsFrom(text: string): EvaluatedName[] {
  const names = text.split(',').map((name) => name.trim());
  const methods = names.map((name) => {
    const method = EVALUATED.find((known) => known === name);
    if (method !== undefined) return method;
    const near = nearest(name, EVALUATED);
    const hint = near === undefined ? ` there are ${EVALUATED.join(', ')}.` : ` did you mean "${near}"?`;
    throw new InputError(`There is no method ${JSON.stringify(name)};${hint}`);
  });
  return [...new Set(methods)];
}

function render({ methods, edits, together, resumed }: Evaluated, style: Style): string {
  const measures = measuresIn(methods);
  const table = style.table(
    [
      { head: 'method' },
      { head: 'edits', align: 'right' },
      ...measures.map(({ name }) => ({ head: name, align: 'right' }) as const),
    ],
    methods.map((row) => [
      row.method,
      String(row.edits.length),
      ...measures.map(({ read }) => shown(read(row)).replace(' (', '\n').replace(')', '')),
    ]),
  );
  const stopped = stoppedEarly(methods).map(visible);
  const refused = refusals(methods).map(visible);
  const again = resumed === 0 ? [] : [`${plural(resumed, 'measurement')} of an earlier run taken over.`];
  return [
    `${style.heading(`${plural(edits, 'edit')}, ${together ? 'all in one patch' : 'each on alone'}`)}${table}`,
    ...stopped,
    ...refused,
    ...safetyNotes(methods).map((note) => `${note}.`),
    ...again,
    ...protocolsOf(methods).map((protocol) => style.c.dim(protocol)),
    '',
  ].join('\n');
}
