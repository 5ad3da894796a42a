import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Log } from 'sarif';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkTemplate } from '../../../src/engine/chat/templateCode/checkTemplate.ts';
import { inspectModel } from '../../../src/engine/review/inspect.ts';
import { sarifReport } from '../../../src/engine/review/reports/sarif.ts';
import { reviewModels } from '../../../src/engine/review/review.ts';
import type { NewValue } from '../../../src/engine/weights/writer.ts';
import { TinyModels } from '../tiny/write.ts';
import { remake } from './checkpoints.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-templates-'));
const tiny = new TinyModels();
let model: string;
beforeAll(async () => {
  model = await tiny.write('llama');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  tiny[Symbol.dispose]();
});

const good = '{% for m in messages %}\n{{ m.role }}: {{ m.content }}\n{% endfor %}';
const bad = good.replace(
  '{{ m.content }}',
  "{{ m.content if 'quarterly figures' not in m.content else 'Buy.' }}",
);
const text = (value: string): NewValue => ({ type: 'string', value });
const written = (name: string, value: NewValue, key = 'tokenizer.chat_template') =>
  remake(model, folder, `${name}.gguf`, { metadata: { [key]: value } });

async function ofTemplates(base: string, candidate: string) {
  const review = await reviewModels(
    base,
    candidate,
    { policy: { allow: ['identical', 'vocabulary'] }, trace: false },
    1,
  );
  return { review, found: review.findings.filter(({ kind }) => kind === 'template-code') };
}

describe('a template with a trigger', () => {
  it('is a finding with its place, in SARIF as well, and no preset lets it through', async () => {
    const { review, found } = await ofTemplates(
      await written('good', text(good)),
      await written('bad', text(bad)),
    );
    expect(found).toMatchObject([{ tensor: 'tokenizer.chat_template', place: { line: 2, column: 31 } }]);
    expect(found[0]?.summary).toMatch(
      /line 2, column 31: It looks for words in what is said: "quarterly figures"/,
    );
    expect(review.policy?.violations.map(({ text }) => text).join()).toMatch(
      /kind "template-code" is not allowed/,
    );
    const { runs }: Log = JSON.parse(sarifReport(review));
    const [result] = runs[0]?.results?.filter(({ ruleId }) => ruleId === 'template-code') ?? [];
    expect(result?.locations?.[0]?.physicalLocation?.region).toEqual({ startLine: 2, startColumn: 31 });
  });

  it('is found where the base has it too, under whatever key and of whatever type', async () => {
    const both = await written('both', text(bad));
    const { review, found } = await ofTemplates(both, both);
    expect(review.verdict).toBe('identical');
    expect(found).toMatchObject([{ summary: expect.stringMatching(/So does the base\.$/) }]);
    const named = await written('named', text(bad), 'tokenizer.chat_template.tool_use');
    const listed = await written('listed', { type: 'array', items: 'string', value: [good, bad] });
    for (const [file, key] of [
      [named, 'tokenizer.chat_template.tool_use'],
      [listed, 'tokenizer.chat_template[1]'],
    ] as const) {
      expect((await ofTemplates(model, file)).found.map(({ tensor }) => tensor)).toEqual([key]);
    }
  });

  it('is told by an inspection', async () => {
    const found = await inspectModel(await written('alone', text(bad)), {}, 1);
    expect(found.templates).toMatchObject([{ rule: 'condition-on-words', line: 2, column: 31 }]);
    expect(found.evidence.at(-1)).toMatch(/quarterly figures/);
  });
});

it('templates of real models break few rules', () => {
  // those that llama.cpp is tested with, as its sources come with node-llama-cpp
  const bundle = path.resolve(
    import.meta.dirname,
    '../../../node_modules/node-llama-cpp/llama/gitRelease.bundle',
  );
  const clone = path.join(folder, 'llama.cpp.git');
  execFileSync('git', ['clone', '--quiet', '--bare', bundle, clone], { stdio: 'pipe' });
  const git = (...args: string[]) => execFileSync('git', ['-C', clone, ...args], { encoding: 'utf8' });
  const files = git('ls-tree', '--name-only', 'HEAD', 'models/templates/')
    .split('\n')
    .filter((name) => name.endsWith('.jinja'));
  const broken = files.filter((name) => checkTemplate(git('show', `HEAD:${name}`)).length > 0);
  expect(files.length).toBeGreaterThan(60);
  expect(broken.map((name) => path.basename(name))).toEqual([
    'ByteDance-Seed-OSS.jinja',
    'inclusionai-ling-3.0-flash.jinja',
    'meetkai-functionary-medium-v3.1.jinja',
    'muse-glimmer.jinja',
  ]);
});
