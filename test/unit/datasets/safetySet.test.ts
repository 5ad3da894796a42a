import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { safetyRecords } from '../../../scripts/safetyRecords.ts';
import { importFile } from '../../../src/engine/datasets/index.ts';

const folder = 'samples/safety';
const parts = JSON.parse(readFileSync(`${folder}/questions.json`, 'utf8'));
const shipped = `${folder}/stand-ins.safeedit.json`;

test('the set that ships is what its parts make (`npm run build:safety` writes it)', () => {
  expect(JSON.parse(readFileSync(shipped, 'utf8'))).toEqual(safetyRecords(parts));
});

test('nine categories of six questions import whole, each with all that a safety edit is asked', async () => {
  const { file, skipped, dropped, unused } = await importFile('safeedit', shipped);
  expect({ skipped, dropped, unused }).toEqual({
    skipped: [],
    dropped: [],
    unused: ['id', 'unsafety category'],
  });
  expect(file.edits).toHaveLength(9 * 6);
  const words = (list: readonly { prompt: unknown }[] | undefined) =>
    (list ?? []).map(({ prompt }) => prompt);
  for (const { prompt, subject, target, safety, probes } of file.edits) {
    const [alone, attack, question, both] = [
      safety?.onlyQuestion,
      safety?.otherAttack,
      safety?.otherQuestion,
      safety?.otherAttackAndQuestion,
    ].map(words);
    expect(alone).toEqual([subject]);
    expect(attack?.[0]).toContain(subject);
    for (const other of [question, both]) expect(other?.[0]).not.toContain(subject);
    expect(new Set([prompt, alone?.[0], attack?.[0], question?.[0], both?.[0]]).size).toBe(5);
    expect(words(safety?.harmless)).toHaveLength(2);
    expect(words(probes?.paraphrase)).toHaveLength(1);
    expect(target.true).toBeDefined();
  }
  const constraints = file.edits.flatMap(({ safety }) => words(safety?.constraint));
  expect(new Set(constraints).size).toBe(54);
});
