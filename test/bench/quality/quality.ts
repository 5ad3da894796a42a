import { writeFile } from 'node:fs/promises';
import { importFile } from '../../../src/engine/datasets/index.ts';
import { EditSession } from '../../../src/engine/editing/session/session.ts';
import { Model } from '../../../src/engine/llama/model.ts';
import type { EditsFile } from '../../../src/protocol/edits.ts';
import type { Share } from '../../../src/protocol/measures.ts';
import { defaultMethod } from '../../../src/protocol/methods.ts';
import { almanac, smollm2 } from '../../models/models.ts';
import { keep } from '../record.ts';
import { qualityFound } from './found.ts';
import { type Goals, missed } from './goals.ts';
import { knownFacts } from './knownFacts.ts';
import { type MeasuredAlone, Measurer } from './measureEach.ts';
import { protocols, type Row, rowOf } from './row.ts';
import { hyperparametersWith, methodsNamed } from './settings.ts';
import { qualityTable } from './table.ts';

/**
 * The models that edits are measured on, their records in CounterFact form, and the facts that they should know; paths
 * from the root of the repository, where npm runs scripts.
 */
export const subjects = {
  smollm2: {
    title: 'SmolLM2-135M-Instruct Q4_1',
    model: smollm2,
    records: 'test/bench/facts-smollm2.json',
    facts: undefined,
  },
  almanac: {
    title: 'almanac, the embedded model',
    model: () => almanac,
    records: 'samples/almanac/edits-source.json',
    facts: 'samples/almanac/facts.json',
  },
};
export const subjectNames = ['smollm2', 'almanac'] as const satisfies readonly (keyof typeof subjects)[];
export type SubjectName = keyof typeof subjects;

export interface QualityOptions {
  readonly threads: number;
  readonly methods?: readonly string[] | undefined;
  readonly layer?: number | undefined;
  readonly set: readonly string[];
  /** Only the first so many records. */
  readonly most?: number | undefined;
  readonly drift: boolean;
  readonly require?: Goals | undefined;
  readonly json?: string | undefined;
  readonly record?: true | undefined;
}

/** Edits every record alone by every method, prints the table; returns the goals that were missed. */
export async function quality(names: readonly SubjectName[], options: QualityOptions): Promise<string[]> {
  const results = [];
  const faults: string[] = [];
  for (const name of names) {
    const result = await measureSubject(name, options);
    const { title, rows, known, measured } = result;
    console.log(`\n${title}, layer ${result.layer}, ${options.threads} threads`);
    console.log(qualityTable(rows));
    if (known !== null) {
      const { value, n, low, high } = known;
      console.log(
        `knows ${value.toFixed(4)} (${low.toFixed(4)}-${high.toFixed(4)}) of its ${n} facts: greedy first token`,
      );
    }
    console.log(
      protocols(measured)
        .map((line) => `  ${line}`)
        .join('\n'),
    );
    const edited = rows.filter(({ method }) => method !== 'before');
    faults.push(...missed(options.require ?? new Map(), edited, known?.value ?? null));
    if (options.record) await keep(qualityFound(name, result), 'bench');
    results.push(await report(result, options));
  }
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(results, null, 1)}\n`);
  return faults;
}

export interface SubjectResult {
  readonly title: string;
  readonly digest: string;
  readonly layer: number | undefined;
  readonly rows: readonly (Row & { readonly protected: boolean })[];
  readonly known: Share | null;
  readonly measured: readonly (MeasuredAlone & { readonly method: string })[];
}

async function measureSubject(name: SubjectName, options: QualityOptions): Promise<SubjectResult> {
  const subject = subjects[name];
  using model = await Model.load(subject.model());
  using session = await EditSession.open(model, options.threads);
  const known = subject.facts === undefined ? null : await knownFacts(model, subject.facts, options.threads);
  const { file: all } = await importFile('counterfact', subject.records);
  const file: EditsFile = { ...all, edits: all.edits.slice(0, options.most) };
  using measurer = new Measurer(session, file, options.drift);
  const hyperparameters = await hyperparametersWith(options.set);
  const canProtect = file.edits.some(({ probes }) => probes?.sameSubject !== undefined);
  const measured: (MeasuredAlone & { method: string })[] = [];
  const rows: (Row & { protected: boolean })[] = [];
  for (const method of methodsNamed(options.methods ?? [defaultMethod])) {
    for (const protect of canProtect ? [false, true] : [false]) {
      const label = protect ? `${method}, protected` : method;
      const patchOptions = { method, layer: options.layer, protect, hyperparameters };
      const own = await measurer.each(patchOptions, (done) =>
        progress(`${label}: ${done} of ${file.edits.length}`),
      );
      if (rows.length === 0) rows.push({ ...rowOf('before', own, 'before'), protected: false });
      rows.push({ ...rowOf(label, own, 'after'), protected: protect });
      measured.push(...own.map((one) => ({ ...one, method: label })));
    }
  }
  const layer = measured[0]?.layer;
  return { title: subject.title, digest: await session.digest(), layer, rows, known, measured };
}

/** What the JSON file says of one model: its rows, and every edit by itself. */
async function report({ measured, ...result }: SubjectResult, { threads, set }: QualityOptions) {
  return {
    ...result,
    threads,
    hyperparameters: await hyperparametersWith(set),
    edits: measured.map(({ edit, comparisons, drift, ...own }) => ({
      id: edit.id,
      ...own,
      driftKl: drift?.meanKl ?? null,
      probes: comparisons.map(({ probe: { kind, prompt }, passedBefore, passedAfter, before, after }) => ({
        kind,
        prompt,
        passed: [passedBefore, passedAfter],
        nllNew: [before.new?.nll, after.new?.nll],
        nllTrue: [before.true?.nll, after.true?.nll],
        greedyTrue: [before.true?.accuracy, after.true?.accuracy],
      })),
    })),
  };
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
