import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Table from 'cli-table3';
import { importFile } from '../../../src/engine/datasets/index.ts';
import { defaults } from '../../../src/engine/editing/hyperparameters/hyperparameters.ts';
import { probesOf } from '../../../src/engine/inspection/probes.ts';
import { promptTokens } from '../../../src/engine/inspection/targetTokens.ts';
import { Model } from '../../../src/engine/llama/model.ts';
import { shareOf } from '../../../src/engine/measures/cases.ts';
import { harmonicMean } from '../../../src/engine/measures/counterfact.ts';
import { generationMatch } from '../../../src/engine/measures/generationMatch.ts';
import { mean } from '../../../src/engine/numeric/mean.ts';
import type { Edit } from '../../../src/protocol/edits.ts';
import type { Share } from '../../../src/protocol/measures.ts';
import { wordsOf } from '../../../src/protocol/promptWords.ts';
import { smollm2 } from '../../models/models.ts';
import { measureColumns, secondsColumn } from '../quality/found.ts';
import { matchTokens } from '../quality/measureEach.ts';
import type { Row } from '../quality/row.ts';
import { type Found, keep } from '../record.ts';
import { inPython, type RunInPython } from './inPython.ts';
import { layer, type OursOptions, records, type Side, spread } from './ours.ts';

/** EasyEdit's generated beginnings; ours are fewer. */
const templates = {
  easyedit: [
    [10, 5],
    [10, 10],
  ],
  ours: defaults.templates,
} as const;
export type TemplatesName = keyof typeof templates;
export const templatesNames: readonly TemplatesName[] = ['ours', 'easyedit'];

export interface PytorchOptions {
  readonly python: string;
  readonly threads: number;
  readonly facts: number;
  readonly templates: readonly TemplatesName[];
  readonly json?: string | undefined;
  readonly record?: true | undefined;
}

/** A side with what documents know it by. */
interface NamedSide {
  readonly key: string;
  readonly name: string;
  readonly side: Side;
}

/** Both sides one after the other, each in a process of its own, on the same facts: quality, time and memory. */
export async function pytorch(options: PytorchOptions): Promise<void> {
  const { threads, facts, python } = options;
  const { file } = await importFile('counterfact', records);
  const edits = file.edits.slice(0, facts);
  const cacheFolder = await mkdtemp(path.join(tmpdir(), 'palimpsest-bench-'));
  const sides: NamedSide[] = [];
  try {
    for (const method of ['r-rome', 'rome-several-keys'] as const) {
      // each computes the covariance itself, as PyTorch does
      const own = path.join(cacheFolder, method);
      sides.push({
        key: method,
        name: `Palimpsest, ${method}`,
        side: await ours({ threads, facts, method, cacheFolder: own }),
      });
    }
  } finally {
    await rm(cacheFolder, { recursive: true, force: true });
  }
  const asked = {
    model: smollm2(),
    threads,
    layer,
    samples: defaults.samples,
    edits,
    tokens: await tokensOf(edits),
  };
  const wordings = options.templates.map((name) => templates[name]);
  const found = await inPython(python, { ...asked, method: 'r-rome', templates: wordings });
  for (const [place, run] of found.runs.entries()) {
    const key = `pytorch-${options.templates[place]}`;
    const name = `PyTorch ${found.torch}, r-rome, ${run.templates} prompts`;
    const { loading, covariance } = found;
    sides.push({ key, name, side: { ...theirs(edits, run), loading, covariance } });
  }
  console.log(`\nSmolLM2-135M-Instruct Q4_1, layer ${layer}, ${edits.length} facts, ${threads} threads`);
  console.log(tableOf(sides));
  if (options.record) await keep(pytorchFound(edits.length, sides), 'bench');
  if (options.json !== undefined)
    await writeFile(options.json, `${JSON.stringify({ ...options, sides }, null, 1)}\n`);
}

async function ours(options: OursOptions): Promise<Side> {
  const [, program = ''] = process.argv;
  const child = fork(program, ['pytorch-ours', JSON.stringify(options)]);
  const [side] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`our side ended with ${code}`);
    }),
  ]);
  return side as Side;
}

/** Every prompt as llama.cpp reads it. */
async function tokensOf(edits: readonly Edit[]): Promise<[string, number[]][]> {
  using model = await Model.load(smollm2());
  const texts = edits.flatMap((edit) => probesOf(edit).map(({ prompt }) => wordsOf(prompt)));
  return texts.map((text) => [text, promptTokens(model, text)]);
}

/** The same measures as ours, from what Python read. */
function theirs(edits: readonly Edit[], found: RunInPython): Omit<Side, 'loading' | 'covariance'> {
  const row = (state: 'before' | 'after'): Side['after'] => {
    const said = found.edits.map((edit) => edit[state]);
    const shares = (kind: 'efficacy' | 'paraphrase' | 'neighbourhood'): Share | null => {
      const wins = ([added, old]: readonly [number, number]) =>
        Number(kind === 'neighbourhood' ? old < added : added < old);
      return shareOf(said.map((one) => mean(one[kind].map(wins))));
    };
    const [es, ps, ns] = [shares('efficacy'), shares('paraphrase'), shares('neighbourhood')];
    const matches = said.map(({ text }, i) => ({ generated: text, target: edits[i]?.target.new ?? '' }));
    return {
      method: state,
      n: said.length,
      ...{ es, ps, ns },
      s: harmonicMean([es, ps, ns].map((share) => share?.value ?? 0)),
      generation: generationMatch(matches, matchTokens).share,
      ...{ same: null, sameGreedy: null, driftKl: null, perplexity: null, seconds: null },
    };
  };
  const edit = spread(found.edits.map(({ seconds }) => seconds));
  return { before: row('before'), after: row('after'), edit, peakMemory: found.peakMemory };
}

function pytorchFound(facts: number, sides: readonly NamedSide[]): Found {
  const [first] = sides;
  const row = (key: string, title: string, { es, ps, ns, s, generation }: Row) => ({
    key,
    title,
    cells: { es, ps, ns, s, generation },
  });
  return {
    name: 'pytorch',
    title: `SmolLM2-135M, layer ${layer}, ${facts} facts, weights dequantized to F32 in PyTorch`,
    whole: true,
    columns: [
      ...measureColumns,
      { ...secondsColumn, significant: 3 },
      { key: 'loading', title: 'load', digits: 1, unit: 's' },
      { key: 'covariance', title: 'covariance', digits: 0, unit: 's' },
      { key: 'peakMemory', title: 'peak memory', digits: 2, unit: 'GB' },
      { key: 'time', title: 'times our time', digits: 1 },
      { key: 'memory', title: 'times our memory', digits: 1 },
    ],
    rows: [
      ...(first === undefined ? [] : [row('before', 'before', first.side.before)]),
      ...sides.map(({ key, name, side }, place) => {
        const { title, cells } = row(key, name, side.after);
        const theirs = place > 1 && first !== undefined;
        return {
          key,
          title,
          cells: {
            ...cells,
            seconds: side.edit,
            loading: side.loading,
            covariance: side.covariance,
            peakMemory: side.peakMemory / 1e9,
            ...(theirs && {
              time: side.edit.median / first.side.edit.median,
              memory: side.peakMemory / first.side.peakMemory,
            }),
          },
        };
      }),
    ],
  };
}

function tableOf(sides: readonly NamedSide[]): string {
  const [first] = sides;
  const head = [
    '',
    'ES',
    'PS',
    'NS',
    'NS before',
    'S',
    'generation',
    's an edit',
    'load',
    'covariance',
    'peak memory',
    'time',
    'memory',
  ];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const { name, side } of sides) {
    const { before, after, edit, loading, covariance, peakMemory } = side;
    table.push([
      name,
      ...[after.es, after.ps, after.ns, before.ns].map(share),
      after.s?.toFixed(3) ?? '',
      share(after.generation),
      `${edit.median.toFixed(2)}\n${edit.least.toFixed(1)}-${edit.most.toFixed(1)}`,
      `${loading.toFixed(1)} s`,
      `${covariance.toFixed(0)} s`,
      `${(peakMemory / 1e9).toFixed(2)} GB`,
      ratio(edit.median, first?.side.edit.median),
      ratio(peakMemory, first?.side.peakMemory),
    ]);
  }
  return `${table.toString()}\n  time, memory: as multiples of the first row; s an edit: median, least and most`;
}

const share = (value: Share | null) =>
  value === null ? '' : `${value.value.toFixed(3)}\n${value.low.toFixed(2)}-${value.high.toFixed(2)}`;

const ratio = (value: number, one = Number.NaN) => (value / one).toFixed(1);
