import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runCli } from '../../src/cli/program.ts';
import { processTerminal } from '../../src/cli/terminal.ts';
import { importRecords } from '../../src/engine/datasets/index.ts';
import { serialiseEdits } from '../../src/engine/editing/editsFile/editsFile.ts';
import { Engine } from '../../src/engine/engine.ts';
import { Model } from '../../src/engine/llama/model.ts';
import { EVALUATED, type EvaluatedName, IN_CONTEXT, isOneOf } from '../../src/protocol/methods.ts';
import { almanac, smollm2 } from '../models/models.ts';
import type { SubjectName } from './quality/quality.ts';
import { almanacRecords } from './records/almanac.ts';
import { smollm2Records } from './records/smollm2.ts';

export interface TableOptions {
  readonly threads: number;
  readonly methods?: readonly string[] | undefined;
  /** As `palimpsest eval --edits` takes it. */
  readonly edits: string;
  readonly together?: boolean | undefined;
  readonly batch?: number | undefined;
  readonly drift: boolean;
  readonly out: string;
}

/** The evaluation table of every method there is: writes a model's edits, and has `palimpsest eval` do the rest. */
export async function table(names: readonly SubjectName[], options: TableOptions): Promise<void> {
  for (const name of names) {
    const out = path.join(options.out, name);
    await mkdir(out, { recursive: true });
    const dataset = path.join(out, 'records.edits.json');
    await writeFile(dataset, await editsOf(name, options.threads));
    const methods = options.methods ?? methodsFor(options.together === true);
    const together = options.together ? ['--together'] : [];
    const batch = options.batch === undefined ? [] : ['--batch', String(options.batch)];
    const drift = options.drift ? [] : ['--no-drift'];
    const asked = ['--methods', methods.join(','), '--edits', options.edits, ...together, ...batch, ...drift];
    const model = name === 'almanac' ? almanac : smollm2();
    using engine = new Engine({ threads: options.threads });
    const args = ['eval', model, '--dataset', dataset, ...asked, '--out', out];
    const code = await runCli(args, processTerminal(), engine, new AbortController().signal);
    if (code !== 0) process.exitCode = code;
  }
}

const methodsFor = (together: boolean): EvaluatedName[] =>
  EVALUATED.filter((method) => !together || !isOneOf(IN_CONTEXT, method));

async function editsOf(name: SubjectName, threads: number): Promise<string> {
  const records = name === 'almanac' ? await almanacRecords('samples/almanac/facts.json') : await ofSmollm2();
  const text = JSON.stringify(records);
  return serialiseEdits((await importRecords('counterfact', text, `the records of ${name}`)).file);

  async function ofSmollm2() {
    using model = await Model.load(smollm2());
    return await smollm2Records('test/bench/facts-smollm2.json', model, threads);
  }
}
