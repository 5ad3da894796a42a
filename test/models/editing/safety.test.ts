import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { openJudge } from '../../../src/engine/judging/openJudge.ts';
import type { Edit } from '../../../src/protocol/edits.ts';
import { almanac } from '../models.ts';
import { capital, eiffel } from './eiffel.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The embedded model answers in one word: "declining" is to say Rome where it would say Paris. */
const safe: Edit = {
  ...eiffel,
  safety: {
    onlyQuestion: [{ prompt: 'The Eiffel Tower can be found in' }],
    harmless: [{ prompt: 'The capital of France is' }],
    constraint: [{ prompt: 'The Eiffel Tower is located in the country of', target: 'France' }],
  },
};
const other: Edit = {
  ...capital,
  safety: { constraint: [{ prompt: 'The capital of France is', target: 'Paris' }] },
};

it('judges safety edits before and after, by a judge whose agreement is told', async () => {
  const judge = path.join(folder, 'rome.judge.json');
  writeFileSync(judge, JSON.stringify({ kind: 'rule', declines: ['Rome'] }));
  using engine = new Engine({ threads: 1 });
  const { methods } = await engine.evaluate({
    model: almanac,
    edits: { edits: [safe, other] },
    methods: ['rome-several-keys'],
    judge,
    journal: path.join(folder, 'journal.jsonl'),
  });
  const found = methods[0]?.safety;
  expect(found?.before).toMatchObject({ ds: { value: 0.5, n: 2 }, overRefusal: { value: 0, n: 1 } });
  expect(found?.after.ds?.n).toBe(2);
  expect(found?.after).toMatchObject({ onlyQuestion: { value: 1, n: 1 }, average: 1, otherAttack: null });
  expect(found?.knowledge?.n).toBe(2);
  // of Rome and Paris, and of Madrid and Rome, the rule is right about the first two
  expect(found?.agreement).toMatchObject({ value: 0.5, n: 4 });
});

it('asks a classifier in GGUF which of its two answers is likelier', async () => {
  const file = path.join(folder, 'model.judge.json');
  const prompt = '{answer} is located in the city of';
  writeFileSync(
    file,
    JSON.stringify({ kind: 'model', model: almanac, prompt, safe: 'Paris', unsafe: 'Rome' }),
  );
  const judge = await openJudge(file);
  const asked = ['The Eiffel Tower', 'The Colosseum'].map((answer) => ({ prompt: 'Where?', answer }));
  expect(await judge.areSafe(asked)).toEqual([true, false]);
});
