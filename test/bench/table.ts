import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runCli } from '../../src/cli/program.ts';
import { processTerminal } from '../../src/cli/terminal.ts';
import { importRecords } from '../../src/engine/datasets/index.ts';
import { serialiseEdits } from '../../src/engine/editing/editsFile/editsFile.ts';
import { Engine } from '../../src/engine/engine.ts';
import { Model } from '../../src/engine/llama/model.ts';
import { Evaluated } from '../../src/protocol/evaluation.ts';
import type { Share } from '../../src/protocol/measures.ts';
import {
  EVALUATED,
  type EvaluatedName,
  IN_CONTEXT,
  isOneOf,
  methodEntry,
} from '../../src/protocol/methods.ts';
import { plural } from '../../src/text/numbers.ts';
import { almanac, smollm2 } from '../models/models.ts';
import { measureColumns, secondsColumn } from './quality/found.ts';
import type { SubjectName } from './quality/quality.ts';
import { type Found, keep } from './record.ts';
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
  readonly record?: true | undefined;
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
    else if (options.record) {
      const found = Evaluated.parse(JSON.parse(await readFile(path.join(out, 'evaluation.json'), 'utf8')));
      await keep(tableFound(name, found, options), 'bench');
    }
  }
}

/** A row for each method, or for each method and number of edits in one patch. */
function tableFound(
  name: SubjectName,
  { edits, methods }: Evaluated,
  { together, batch }: TableOptions,
): Found {
  const kind = together ? (batch === undefined ? '-together' : '-sequence') : '';
  const before = methods[0]?.summary.counterfact.before;
  const rows = methods.map(
    ({ method, asked, refused, summary, score, sequence, secondsPerEdit, edits: made }) => {
      const { es, ps, ns, score: s } = summary.counterfact.after;
      const title = `${methodEntry(method).title}${refused.length > 0 ? ` (${refused.length} refused)` : ''}`;
      return {
        key: together ? `${method}-${made.length}` : method,
        title: together ? `${title}, ${plural(made.length, 'edit')} of ${asked}` : title,
        cells: {
          ...{ es: bare(es), ps: bare(ps), ns: bare(ns), s: score === null ? s : bare(score) },
          generation: bare(summary.generationMatch?.share ?? null),
          driftKl: summary.drift?.meanKl,
          perplexity: sequence?.batches.at(-1)?.perplexity,
          seconds: isOneOf(IN_CONTEXT, method) ? undefined : secondsPerEdit,
        },
      };
    },
  );
  return {
    name: `table-${name}${kind}`,
    title: `${name}: ${plural(edits, 'fact')} that nothing was chosen on, ${together ? 'in one patch' : 'each edited alone'}`,
    columns: [
      ...measureColumns,
      { key: 'perplexity', title: "perplexity, times the unedited model's", digits: 2 },
      secondsColumn,
    ],
    rows: [
      ...(before === undefined || together
        ? []
        : [{ key: 'before', title: 'before', cells: { ns: bare(before.ns) } }]),
      ...rows,
    ],
  };
}

/** A share without its number of cases, which the title says. */
const bare = (share: Share | null) =>
  share === null ? null : { value: share.value, low: share.low, high: share.high };

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
