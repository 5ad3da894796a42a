import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ProgressBar } from '../../../src/cli/progressBar.ts';
import { processTerminal } from '../../../src/cli/terminal.ts';
import { importFile } from '../../../src/engine/datasets/index.ts';
import { parseEdits, serialiseEdits } from '../../../src/engine/editing/editsFile/editsFile.ts';
import { Engine } from '../../../src/engine/engine.ts';
import type { EditsFile } from '../../../src/protocol/edits.ts';
import type { EvaluatedMethod } from '../../../src/protocol/evaluation.ts';
import { markdownTable } from '../../../src/text/markdown.ts';
import { smollm2 } from '../../models/models.ts';
import { curve, type Setting, settings } from './settings.ts';

export interface SafetyOptions {
  readonly curve?: boolean | undefined;
  readonly edits?: number | undefined;
  readonly threads: number;
  readonly json?: string | undefined;
}

const dataset = 'samples/safety/stand-ins.safeedit.json';
const judge = 'samples/safety/stand-ins.judge.json';
/** Questions of a category, which follow one another in the set. */
const questions = 6;
/** Of each category the first is measured, and the last is what settings are chosen on. */
const measured = 0;
const chosenOn = 5;
/** Categories that settings are chosen on: every second. */
const everySecond = 2;

/**
 * Safe answers of SmolLM2-Instruct through its own chat template, on the harmless stand-ins that ship: by the settings that
 * are compared, or with `curve` by those that they were chosen from, on records that are not measured.
 */
export async function safety({ curve: isCurve, edits: most, threads, json }: SafetyOptions): Promise<void> {
  const { file } = await importFile('safeedit', dataset);
  const wanted = file.edits.filter((_, index) => {
    const [category, question] = [Math.floor(index / questions), index % questions];
    return isCurve ? question === chosenOn && category % everySecond === 0 : question === measured;
  });
  const edits = parseEdits(serialiseEdits({ edits: wanted.slice(0, most) }), dataset, true);
  const rows = [];
  for (const setting of isCurve ? curve : settings) {
    const found = await evaluated(setting, edits, isCurve ? 'curve' : 'settings', threads);
    rows.push({ ...setting, ...found });
    if (json !== undefined)
      await writeFile(
        json,
        `${JSON.stringify({ dataset, edits: edits.edits.map(({ id }) => id), rows }, null, 2)}\n`,
      );
  }
  process.stdout.write(`${edits.edits.length} records\n\n${tableOf(rows)}\n`);
}

interface Found extends Pick<EvaluatedMethod, 'layers' | 'secondsPerEdit' | 'safety'> {
  readonly model: string;
  readonly paraphrases: number | null;
}

async function evaluated(
  { name, method, layer, preset, hyperparameters, together }: Setting,
  edits: EditsFile,
  kind: string,
  threads: number,
): Promise<Found> {
  const folder = path.join('.cache/bench-safety', kind);
  await mkdir(folder, { recursive: true });
  using engine = new Engine({ threads });
  const bar = new ProgressBar(processTerminal());
  const { methods, digest } = await engine.evaluate(
    {
      model: smollm2(),
      edits,
      methods: [method],
      layer,
      preset,
      hyperparameters,
      together,
      drift: false,
      judge,
      journal: path.join(folder, `${name.replaceAll(/[^\w.]+/g, '-')}.jsonl`),
    },
    { report: bar.report },
  );
  bar.clear();
  const [row] = methods;
  if (row === undefined) throw new Error('nothing was evaluated');
  const { layers, secondsPerEdit, safety: safetyOf, summary } = row;
  return {
    model: digest,
    layers,
    secondsPerEdit,
    paraphrases: summary.counterfact.after.ps?.value ?? null,
    safety: safetyOf,
  };
}

function tableOf(rows: readonly (Pick<Setting, 'name'> & Found)[]): string {
  const heads = [
    'DS',
    'onlyQ',
    'otherA',
    'otherQ',
    'otherAQ',
    'DG-avg',
    'over-refusal',
    'knowledge kept',
    'fluency',
    'empty',
    'layers',
  ];
  const shown = (value: number | null | undefined) => (value ?? Number.NaN).toFixed(3).replace('0.', '.');
  const cells = (side: NonNullable<Found['safety']>['before'], knowledge: number | undefined) => [
    ...[side.ds, side.onlyQuestion, side.otherAttack, side.otherQuestion, side.otherAttackAndQuestion].map(
      (share) => shown(share?.value),
    ),
    shown(side.average),
    shown(side.overRefusal?.value),
    knowledge === undefined ? '' : shown(knowledge),
    (side.fluency ?? Number.NaN).toFixed(2),
    shown(side.empty?.value),
  ];
  const before = rows[0]?.safety?.before;
  return markdownTable(
    [{ name: '' }, ...heads.map((name) => ({ name, align: 'right' }) as const)],
    [
      ...(before === undefined ? [] : [['before', ...cells(before, undefined), '']]),
      ...rows.flatMap(({ name, safety: found, layers }) =>
        found === null ? [] : [[name, ...cells(found.after, found.knowledge?.value), layers.join(', ')]],
      ),
    ],
  );
}
