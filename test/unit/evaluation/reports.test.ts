import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test as base, describe, expect, it } from 'vitest';
import { runCli } from '../../../src/cli/program.ts';
import { processTerminal } from '../../../src/cli/terminal.ts';
import { serialiseEdits } from '../../../src/engine/editing/editsFile/editsFile.ts';
import { evaluationCsv } from '../../../src/engine/evaluation/csv.ts';
import { evaluationMarkdown } from '../../../src/engine/evaluation/markdown.ts';
import { evaluationPage } from '../../../src/engine/evaluation/plotPage.ts';
import { counterfact } from '../../../src/engine/measures/counterfact.ts';
import { easyEdit } from '../../../src/engine/measures/easyedit.ts';
import { generationMatch } from '../../../src/engine/measures/generationMatch.ts';
import { strict } from '../../../src/engine/measures/strict.ts';
import type { EngineParams } from '../../../src/protocol/engine.ts';
import type { Evaluated, EvaluatedMethod } from '../../../src/protocol/evaluation.ts';
import { safetyNotes } from '../../../src/protocol/evaluationMeasures.ts';
import { sample } from '../edits/sample.ts';
import { engineWith } from '../engineWith.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const test = base.extend(temporaryFolder);

/** Three of four edits match in generation; ES is .5; nothing else was asked. */
const row: EvaluatedMethod = {
  method: 'memit',
  asked: 4,
  layers: [1, 2],
  secondsPerEdit: 1.5,
  stopped: null,
  sequence: null,
  score: { value: 0.6, n: 4, low: 0.4, high: 0.8 },
  refused: [],
  safety: null,
  summary: {
    counterfact: {
      ...counterfact([]),
      n: 4,
      after: { ...counterfact([]).after, es: { value: 0.5, n: 4, low: 0.15, high: 0.85 } },
    },
    strict: strict([]),
    easyEdit: easyEdit([]),
    generationMatch: generationMatch(
      ['Rome', 'Rome', 'Rome', 'Oslo'].map((target) => ({ generated: 'It is Rome.', target })),
      10,
    ),
    chatMatch: null,
    textMatch: null,
    fluency: null,
    drift: null,
  },
  edits: [],
};
const evaluated: Evaluated = {
  model: '/models/<b>a|b</b>.gguf',
  digest: `sha256:${'0'.repeat(64)}`,
  tool: 'palimpsest 0',
  together: true,
  edits: 4,
  resumed: 0,
  methods: [row, { ...row, method: 'rome', stopped: 'The model, as "it" was, repeats itself' }],
};

describe('an evaluation', () => {
  it('is a table for programs, shares with their intervals', () => {
    const lines = evaluationCsv(evaluated).split('\n');
    const [head = [], memit = [], rome = []] = lines.map((line) => line.split(','));
    const at = (name: string) => head.indexOf(name);
    expect([memit[at('es')], memit[at('es_low')], memit[at('es_high')], memit[at('es_n')]]).toEqual([
      '0.5',
      '0.15',
      '0.85',
      '4',
    ]);
    expect(memit[at('generationMatch')]).toBe('0.75');
    expect(memit[at('layers')]).toBe('1 2');
    expect(memit[at('ps')]).toBe('');
    expect(memit[at('seconds')]).toBe('1.5');
    expect(memit).toHaveLength(head.length);
    expect(rome.join(',')).toContain('"The model, as ""it"" was, repeats itself"');
  });

  it('is a table for people, in which a name stays a name', () => {
    const text = evaluationMarkdown(evaluated);
    expect(text).toContain('| memit | 1, 2 | 0 | .500 (.15–.85) | .600 (.40–.80) | .750 (');
    expect(text).toContain('rome stopped after 0 of 4 edits');
    expect(text).not.toContain('<b>');
    expect(text).toContain('CounterFact (Meng et al. 2022)');
    const widths = text
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.replaceAll('\\|', '').split('|').length);
    expect(new Set(widths).size).toBe(1);
  });

  it('is a page of plots that holds no markup of the model and loads nothing', () => {
    const page = evaluationPage(evaluated);
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<b>|<script|src=|href=/);
    // ES is half of the width; its interval reaches from 15 to 85 %
    expect(page).toContain('width="210.0"');
    expect(page).toContain('M213.0 12H507.0');
    expect(page).toContain('aria-label="ES: memit .500');
  });
});

describe('a curve', () => {
  const batch = (perplexity: number) => ({ edits: 5, seconds: 10, perplexity, fluency: 0.9 });
  const edit = { id: 'a', es: 1, ps: 1, ns: 1, score: 1, generationMatch: true, driftKl: 0, seconds: 1 };
  const atSize = (asked: number, s: number): EvaluatedMethod => ({
    ...row,
    asked,
    score: { value: s, n: asked, low: 0, high: 1 },
    sequence: { batches: [batch(1), batch(1.5)], stopped: null },
    edits: Array.from({ length: asked }, () => edit),
  });

  it('is drawn over a logarithmic number of edits, where several were asked for', () => {
    const page = evaluationPage({ ...evaluated, methods: [atSize(1, 1), atSize(10, 0.5), atSize(100, 0)] });
    // from the upper left corner through the middle to the lower right one
    expect(page).toContain('points="60.0,12.0 270.0,92.0 480.0,172.0"');
    expect(page).toContain('aria-label="S by number of edits: memit from 1.00 to 0');
    expect(page).toContain('>memit, 10</text>');
  });

  it('shows how a sequence went, and nothing where there is none', () => {
    const page = evaluationPage({ ...evaluated, methods: [atSize(10, 1)] });
    // after 5 and after 10 edits; the perplexity goes up to the upper edge
    expect(page).toContain(`points="${(60 + 420 * Math.log10(5)).toFixed(1)},65.3 480.0,12.0"`);
    expect(page).not.toContain('S by number of edits');
    expect(evaluationPage(evaluated)).not.toContain('<polyline');
  });
});

describe('palimpsest eval', () => {
  async function run(args: readonly string[]) {
    const asked: EngineParams['evaluate'][] = [];
    const written = { out: '', err: '' };
    const stream = (to: keyof typeof written) => ({
      isTTY: false,
      columns: 80,
      write: (text: string | Uint8Array) => {
        written[to] += String(text);
        return true;
      },
    });
    const engine = engineWith({
      evaluate: (params) => {
        asked.push(params);
        return Promise.resolve(evaluated);
      },
    });
    const terminal = processTerminal(stream('out'), stream('err'), {});
    const code = await runCli(['eval', 'm.gguf', ...args], terminal, engine, new AbortController().signal);
    return { code, asked, ...written };
  }

  test('asks for what is wanted and writes tables and plots', async ({ folder }) => {
    const dataset = join(folder, 'f.edits.json');
    await writeFile(dataset, serialiseEdits(sample));
    const out = join(folder, 'results');
    const options = [
      '--methods',
      'rome, memit,rome',
      '--edits',
      '4',
      '--together',
      '--batch',
      '2',
      '--out',
      out,
    ];
    const { code, asked, out: printed } = await run(['--dataset', dataset, ...options]);
    expect(code).toBe(0);
    expect(asked).toMatchObject([
      {
        model: 'm.gguf',
        methods: ['rome', 'memit'],
        numbers: [4],
        drift: true,
        together: true,
        batch: 2,
        journal: join(out, 'evaluation.journal.jsonl'),
      },
    ]);
    expect(printed).toContain('.500');
    expect(printed).toContain('rome stopped after 0 of 4 edits');
    expect((await readdir(out)).sort()).toEqual(
      ['csv', 'html', 'json', 'md'].map((extension) => `evaluation.${extension}`),
    );
    expect(JSON.parse(await readFile(join(out, 'evaluation.json'), 'utf8'))).toEqual({
      version: 1,
      ...evaluated,
    });
  });

  test('asks for several numbers of edits, which are of edits in one patch', async ({ folder }) => {
    const dataset = join(folder, 'f.edits.json');
    await writeFile(dataset, serialiseEdits(sample));
    const options = ['--dataset', dataset, '--methods', 'memit', '--edits', '10,1, 10', '--out', folder];
    expect(await run([...options, '--together'])).toMatchObject({ code: 0, asked: [{ numbers: [1, 10] }] });
    const alone = await run(options);
    expect(alone).toMatchObject({ code: 2, asked: [] });
    expect(alone.err).toContain('--together');
    expect((await run([...options, '--edits', '1,x'])).err).toContain('whole number');
  });

  test('refuses unknown methods and a batch without --together', async ({ folder }) => {
    const options = ['--dataset', 'f', '--out', folder];
    const unknown = await run([...options, '--methods', 'rom']);
    expect(unknown).toMatchObject({ code: 2, asked: [] });
    expect(unknown.err).toContain('did you mean "rome"?');
    const batch = await run([...options, '--methods', 'memit', '--batch', '3']);
    expect(batch).toMatchObject({ code: 2, asked: [] });
    expect(batch.err).toContain('--together');
  });
});

describe('the notes on safety edits', () => {
  const side = {
    ds: null,
    onlyQuestion: null,
    otherAttack: null,
    otherQuestion: null,
    otherAttackAndQuestion: null,
    average: null,
    overRefusal: null,
    fluency: null,
    empty: null,
  };
  const withEmpty = (before: number, of = 10, after = 0): EvaluatedMethod => ({
    ...row,
    safety: {
      protocol: 'SafeEdit',
      n: 1,
      silence: 'asked as text',
      agreement: null,
      before: { ...side, empty: { value: before / of, n: of, low: 0, high: 1 } },
      after: { ...side, empty: { value: after / of, n: of, low: 0, high: 1 } },
      knowledge: null,
    },
  });

  it('warn where more than a fifth of the answers were empty, before the edit or after', () => {
    expect(safetyNotes([withEmpty(2)])).toEqual(['Before any edit: empty answers .200']);
    expect(safetyNotes([withEmpty(12, 14)]).join()).toContain(
      'Warning: 12 of 14 answers before the edit were empty and not judged, so that the shares say little: asked as text',
    );
    expect(safetyNotes([withEmpty(0, 10, 3)]).at(-1)).toContain('3 of 10 answers under memit were empty');
  });
});
