import { expect, test } from 'vitest';
import { importRecords } from '../../../src/engine/datasets/index.ts';
import { parseEdits, serialiseEdits } from '../../../src/engine/editing/editsFile/editsFile.ts';
import { InputError } from '../../../src/engine/errors.ts';

/** A record of the published form, with what this project does not use. */
const published = {
  case_id: 2,
  pararel_idx: 2796,
  requested_rewrite: {
    prompt: '{} is located in the country of',
    relation_id: 'P17',
    target_new: { str: 'Spain', id: 'Q29' },
    target_true: { str: 'Italy', id: 'Q38' },
    subject: 'São Pauló Tower',
  },
  paraphrase_prompts: ['He was born in May.\nSão Pauló Tower is in'],
  neighborhood_prompts: ['Colosseum is located in', 'Pisa is located in'],
  attribute_prompts: ['Madrid is located in'],
  generation_prompts: ['São Pauló Tower is surrounded by'],
};

const rewrite = (changes: object) => ({
  ...published,
  requested_rewrite: { ...published.requested_rewrite, ...changes },
});
const imported = (records: unknown) => importRecords('counterfact', JSON.stringify(records), 'facts.json');

test('a published record becomes an edit with its probes', async () => {
  const { file, skipped } = await imported([published]);
  expect(skipped).toEqual([]);
  expect(file.edits).toEqual([
    {
      id: 'sao-paulo-tower',
      prompt: 'São Pauló Tower is located in the country of',
      subject: 'São Pauló Tower',
      target: { new: 'Spain', true: 'Italy' },
      probes: {
        paraphrase: [{ prompt: 'He was born in May.\nSão Pauló Tower is in' }],
        neighbourhood: [
          { prompt: 'Colosseum is located in', target: 'Italy' },
          { prompt: 'Pisa is located in', target: 'Italy' },
        ],
      },
    },
  ]);
});

test('the additions to the form become probes', async () => {
  const portability = [{ prompt: 'The currency there is the', target: 'euro' }];
  const sameSubject = [{ prompt: 'São Pauló Tower was built in', target: '1930' }];
  const { file } = await imported([
    { ...published, portability_prompts: portability, same_subject: sameSubject },
  ]);
  expect(file.edits[0]?.probes).toMatchObject({ portability, sameSubject });
});

test('what is imported is a valid edits file', async () => {
  const { file } = await imported([published, published, rewrite({ subject: '$& {}' })]);
  expect(parseEdits(serialiseEdits(file), 'f')).toEqual(JSON.parse(JSON.stringify(file)));
  expect(file.edits[2]?.prompt).toBe('$& {} is located in the country of');
});

test('ids stay apart whatever the subjects are', async () => {
  const subjects = ['Rome', 'Rome', 'Rome 2', 'rome', '東京', '!!', 'x'.repeat(300)];
  const { file } = await imported(subjects.map((subject) => rewrite({ subject })));
  expect(file.edits.map(({ id }) => id)).toEqual([
    'rome',
    'rome-2',
    'rome-2-2',
    'rome-3',
    'edit',
    'edit-2',
    'x'.repeat(60),
  ]);
});

test('records that are not complete are left out, each with its line and reason', async () => {
  const records = [
    published,
    { ...published, requested_rewrite: undefined },
    rewrite({ subject: undefined }),
    rewrite({ prompt: 'no place for it' }),
    rewrite({ target_new: { str: 'Italy' } }),
    rewrite({ prompt: '{} and {subject} are in' }),
    { ...published, neighborhood_prompts: ['fine', 3] },
    { ...published, paraphrase_prompts: ['bell \u0007'] },
    7,
  ];
  const text = `[\n${records.map((record) => JSON.stringify(record)).join(',\n')}\n]`;
  const { file, skipped, dropped, unused } = await importRecords('counterfact', text, 'facts.json');
  expect(file.edits.map(({ probes }) => [probes?.paraphrase?.length, probes?.neighbourhood?.length])).toEqual(
    [
      [1, 2],
      [1, 1],
      [undefined, 2],
    ],
  );
  expect(skipped).toEqual([
    { index: 1, line: 3, reason: 'requested_rewrite is missing' },
    { index: 2, line: 4, reason: 'requested_rewrite.subject is missing' },
    {
      index: 3,
      line: 5,
      reason: 'subject "São Pauló Tower" does not occur in the prompt "no place for it"',
    },
    { index: 4, line: 6, reason: 'target.new is the same as the true target, so there is nothing to edit' },
    { index: 5, line: 7, reason: 'requested_rewrite.prompt must contain {} once, where the subject goes' },
    { index: 8, line: 10, reason: 'must be an object, not 7' },
  ]);
  expect(dropped).toEqual([
    { index: 6, line: 8, reason: 'neighborhood_prompts[1] must be text in double quotes, not 3' },
    { index: 7, line: 9, reason: 'probes.paraphrase[0].prompt must not contain control characters' },
  ]);
  expect(unused).toEqual(['case_id', 'pararel_idx', 'attribute_prompts', 'generation_prompts']);
});

test.each([
  ['{"a": 1}', 'facts.json:1: no record can be used; of the first, requested_rewrite is missing.'],
  ['7', 'facts.json holds no records: it should be a list of them, or a record a line.'],
  ['"a"', 'facts.json holds no records: it should be a list of them, or a record a line.'],
  ['', 'facts.json is empty.'],
  ['[1, 2', 'facts.json:1:6: a closing bracket ] is expected here'],
  ['[{}]', 'facts.json:1: no record can be used; of the first, requested_rewrite is missing.'],
])('%s is refused', async (text, message) => {
  const attempt = importRecords('counterfact', text, 'facts.json');
  await expect(attempt).rejects.toThrow(InputError);
  await expect(attempt).rejects.toThrow(message);
});

test('an empty list gives an empty file', async () => {
  expect(await imported([])).toEqual({ file: { edits: [] }, skipped: [], dropped: [], unused: [] });
});

test('thousands of records are imported in one go, their ids apart', async () => {
  const neighborhood_prompts = Array.from(
    { length: 10 },
    (_, index) => `City ${index} is located in the country of`,
  );
  const records = Array.from({ length: 2000 }, (_, index) => ({
    ...rewrite({ subject: `Tower ${index}` }),
    neighborhood_prompts,
  }));
  const { file, skipped } = await imported(records);
  expect(skipped).toEqual([]);
  expect(new Set(file.edits.map(({ id }) => id)).size).toBe(2000);
});
