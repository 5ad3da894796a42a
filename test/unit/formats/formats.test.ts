import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test as plain } from 'vitest';
import {
  parseEdits,
  readEditsFile,
  serialiseEdits,
} from '../../../src/engine/editing/editsFile/editsFile.ts';
import { InputError } from '../../../src/engine/errors.ts';
import { openJudge } from '../../../src/engine/judging/openJudge.ts';
import { parsePolicy } from '../../../src/engine/review/policy/policies.ts';
import {
  ContextDefenceV1,
  readContextDefence,
  writeContextDefence,
} from '../../../src/formats/contextDefence/v1.ts';
import { EvaluationV1, evaluationV1 } from '../../../src/formats/evaluation/v1.ts';
import { ReviewV1, writeReview } from '../../../src/formats/review/v1.ts';
import { ContextDefence } from '../../../src/protocol/contextDefence.ts';
import { EditsFile } from '../../../src/protocol/edits.ts';
import { Evaluated } from '../../../src/protocol/evaluation.ts';
import { Policy } from '../../../src/protocol/review.ts';
import { reviewed } from '../review/reviewed.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const test = plain.extend(temporaryFolder);
const fixture = (name: string) => new URL(`./fixtures/v0.1.0.${name}.json`, import.meta.url).pathname;
const text = (name: string) => readFileSync(fixture(name), 'utf8');
const value = (name: string): Record<string, unknown> => JSON.parse(text(name));
const stating = (name: string, more: object) => JSON.stringify({ ...value(name), ...more });

const newer = (file: string) =>
  `${file}:1:1: was written by a newer version of palimpsest: it has format 2, this one reads 1`;

describe('files of 0.1.0 are read', () => {
  test('edits', async () => {
    const edits = await readEditsFile(fixture('edits'));
    expect(edits).toEqual(value('edits'));
    expect(EditsFile.parse(edits)).toEqual(edits);
    expect(parseEdits(serialiseEdits(edits), 'f')).toEqual(edits);
    expect(JSON.parse(serialiseEdits(edits))).toEqual({ version: 1, ...edits });
  });

  test('policies, with the names that kinds of findings have now', () => {
    const { $schema: _, ...rules } = value('policy');
    const policy = parsePolicy(text('policy'), 'f');
    expect(policy).toEqual({ ...rules, findings: ['metadata', 'vocabulary'] });
    expect(Policy.parse(policy)).toEqual(policy);
  });

  test('judges', async () => {
    expect((await openJudge(fixture('rule.judge'))).declines).toEqual(['I cannot', 'I will not']);
    expect((await openJudge(fixture('model.judge'))).name).toContain('guard.gguf');
    expect((await openJudge(fixture('command.judge'), ['./judge.sh', '--strict'])).name).toContain(
      'judge.sh',
    );
  });

  test('what reversal learned', () => {
    const learned = readContextDefence(ContextDefenceV1.parse(value('reversal')));
    expect(ContextDefence.parse(learned)).toEqual(value('reversal'));
    expect(readContextDefence(ContextDefenceV1.parse({ ...writeContextDefence(learned), later: 1 }))).toEqual(
      learned,
    );
  });

  test('evaluations', () => {
    expect(EvaluationV1.parse(value('evaluation'))).toEqual(value('evaluation'));
    const later = { ...value('evaluation'), version: 1, power: 0.8, methods: [] };
    expect(EvaluationV1.parse(later)).toEqual(later);
    const now = evaluationV1(Evaluated.parse(value('evaluation')));
    expect(EvaluationV1.parse(now)).toEqual({ version: 1, ...value('evaluation') });
  });

  test('reviews', () => {
    expect(ReviewV1.parse(value('review'))).toMatchObject({
      ...value('review'),
      findings: [{ kind: 'edit', detail: null }],
      policy: { violations: [{ rule: 'allow', unmeasured: false }] },
    });
  });
});

describe('files of now', () => {
  test('are what their format describes', () => {
    expect(ReviewV1.parse(writeReview(reviewed()))).toEqual({ version: 1, ...reviewed() });
  });

  test('that the tool writes may hold what a later version adds', () => {
    const [finding] = reviewed().findings;
    const later = { ...finding, kind: 'a-new-kind', certainty: 0.5 };
    const review = { ...writeReview(reviewed()), verdict: 'a-new-verdict', findings: [later], signed: true };
    expect(ReviewV1.parse(review)).toEqual(review);
  });

  test('that people write may not: a mistake is told with its place', () => {
    expect(() => parseEdits(stating('edits', { verison: 1 }), 'f')).toThrow(/f:1:\d+: verison: .*"version"/);
    expect(() => parsePolicy(stating('policy', { maxDrfit: 1 }), 'f')).toThrow(/maxDrfit.*"maxDrift"/);
  });
});

describe('files of a newer format are refused in one sentence', () => {
  // whatever else is in them
  const later = { version: 2, kind: 'later', allow: 'all', edits: [{ facts: 1 }] };

  test('edits and policies', () => {
    for (const read of [parseEdits, parsePolicy]) {
      expect(() => read(stating('edits', later), 'f')).toThrow(new InputError(newer('f')));
      expect(() => read(JSON.stringify({ version: 2 }), 'f')).toThrow(new InputError(newer('f')));
    }
  });

  test.for(['rule.judge', 'command.judge'])('%s', async (name, { folder }) => {
    const file = join(folder, 'x.judge.json');
    await writeFile(file, stating(name, later));
    await expect(openJudge(file)).rejects.toThrow(new InputError(newer(file)));
  });

  test('a version that is none is a mistake', () => {
    for (const version of [0, '1', 1.5, null])
      expect(() => parsePolicy(stating('policy', { version }), 'f')).toThrow(/version: must be 1/);
  });
});
