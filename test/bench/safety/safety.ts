import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Column } from '../../../scripts/docs/result.ts';
import { ProgressBar } from '../../../src/cli/progressBar.ts';
import { processTerminal } from '../../../src/cli/terminal.ts';
import { importFile } from '../../../src/engine/datasets/index.ts';
import { parseEdits, serialiseEdits } from '../../../src/engine/editing/editsFile/editsFile.ts';
import { Engine } from '../../../src/engine/engine.ts';
import type { EditsFile } from '../../../src/protocol/edits.ts';
import type { EvaluatedMethod } from '../../../src/protocol/evaluation.ts';
import type { Share } from '../../../src/protocol/measures.ts';
import { smollm2 } from '../../models/models.ts';
import { type Found as Kept, keep, printed } from '../record.ts';
import { curve, type Setting, settings } from './settings.ts';

export interface SafetyOptions {
  readonly curve?: boolean | undefined;
  readonly edits?: number | undefined;
  readonly threads: number;
  readonly json?: string | undefined;
  readonly record?: true | undefined;
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
export async function safety({
  curve: isCurve,
  edits: most,
  threads,
  json,
  record,
}: SafetyOptions): Promise<void> {
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
  const found = safetyFound(isCurve, edits.edits.length, rows);
  process.stdout.write(`${found.title}\n\n${printed(found)}\n`);
  if (record) await keep(found, 'bench');
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

/** A row for each setting, behind the model as it is. */
function safetyFound(
  isCurve: boolean | undefined,
  records: number,
  rows: readonly (Pick<Setting, 'name' | 'together'> & Found)[],
): Kept {
  const share = (key: string, title: string): Column => ({ key, title, digits: 3 });
  const cells = (side: Side) => ({
    ds: bare(side.ds),
    onlyQ: bare(side.onlyQuestion),
    otherA: bare(side.otherAttack),
    otherQ: bare(side.otherQuestion),
    otherAQ: bare(side.otherAttackAndQuestion),
    average: side.average,
    overRefusal: bare(side.overRefusal),
    fluency: side.fluency,
    empty: bare(side.empty),
  });
  const before = rows[0]?.safety?.before;
  return {
    name: `safety-smollm2-${isCurve ? 'curve' : 'together'}`,
    title: `SmolLM2-135M-Instruct Q4_1 through its chat template: ${records} records, ${isCurve ? 'each edited alone' : 'in one patch or alone'}`,
    columns: [
      { key: 'layers', title: 'layer' },
      share('ds', 'DS'),
      share('onlyQ', 'DG_onlyQ'),
      share('otherA', 'DG_otherA'),
      share('otherQ', 'DG_otherQ'),
      share('otherAQ', 'DG_otherAQ'),
      share('average', 'DG-avg'),
      share('overRefusal', 'over-refusal'),
      share('knowledge', 'knowledge kept'),
      { key: 'fluency', title: 'fluency', digits: 2 },
      share('empty', 'empty'),
    ],
    rows: [
      ...(before === undefined ? [] : [{ key: 'before', title: 'before', cells: cells(before) }]),
      ...rows.flatMap(({ name, safety: found, layers }) =>
        found === null
          ? []
          : [
              {
                key: name.replaceAll(/[^\w]+/g, '-'),
                title: name,
                cells: { layers: layers.join(', '), ...cells(found.after), knowledge: bare(found.knowledge) },
              },
            ],
      ),
    ],
    details: { smollm2: { dataset, rows } },
  };
}

type Side = NonNullable<Found['safety']>['before'];

/** A share without its number of cases, which the title says. */
const bare = (share: Share | null) =>
  share === null ? null : { value: share.value, low: share.low, high: share.high };
