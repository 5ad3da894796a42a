import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test as base, expect } from 'vitest';
import {
  parseEdits,
  problemsOf,
  readEditsFile,
  serialiseEdits,
} from '../../../src/engine/editing/editsFile/editsFile.ts';
import { InputError } from '../../../src/engine/errors.ts';
import { METHODS } from '../../../src/protocol/edits.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { sample } from './sample.ts';

const test = base.extend(temporaryFolder);

/** The problems as a compiler would print them. */
const told = (text: string): string[] =>
  problemsOf(text).map(({ line, column, message }) => `${line}:${column} ${message}`);

const withEdit = (edit: Record<string, unknown>): string =>
  JSON.stringify({
    edits: [{ id: 'a', prompt: 'Lyon is in', subject: 'Lyon', target: { new: 'Germany' }, ...edit }],
  });

test('what is written is read back, and writing is stable', () => {
  const text = serialiseEdits(sample);
  expect(parseEdits(text, 'x.edits.json')).toEqual(sample);
  expect(serialiseEdits(parseEdits(text, 'x.edits.json'))).toBe(text);
  expect(problemsOf(text)).toEqual([]);
});

test('the text has the keys in the order of the schema and a probe a line', () => {
  const { edits, layer, ...rest } = sample;
  expect(serialiseEdits({ edits, layer, ...rest })).toBe(serialiseEdits(sample));
  expect(serialiseEdits({ edits: sample.edits.slice(0, 1) })).toBe(`{
  "version": 1,
  "edits": [
    {
      "id": "eiffel-tower",
      "prompt": "The Eiffel Tower is in the city of",
      "subject": "Eiffel Tower",
      "target": { "new": "Rome", "true": "Paris" },
      "layer": 0,
      "method": "rome-several-keys",
      "probes": {
        "paraphrase": [
          { "prompt": "Where is the Eiffel Tower? In" }
        ],
        "neighbourhood": [
          { "prompt": "The Louvre is in the city of", "target": "Paris" },
          { "prompt": "Big Ben is in", "proposed": true }
        ],
        "portability": [
          { "prompt": "From the Eiffel Tower one walks to the", "target": "Colosseum" }
        ],
        "sameSubject": [
          { "prompt": "The Eiffel Tower was finished in", "target": "1889" }
        ],
        "text": [
          { "prompt": "Bread is made of flour,\\nwater and salt." }
        ]
      }
    }
  ]
}
`);
});

test('a mistake is told with its line, column and place', () => {
  const text = serialiseEdits(sample).replace('"subject": "Eiffel Tower"', '"subject": "Eifel"');
  expect(() => parseEdits(text, 'tower.edits.json')).toThrow(
    new InputError(
      'tower.edits.json:11:18: edits[0].subject: "Eifel" does not occur in the prompt "The Eiffel Tower is in the city of"',
    ),
  );
  const [problem] = problemsOf(text);
  expect(text.slice(problem?.offset, (problem?.offset ?? 0) + (problem?.length ?? 0))).toBe('"Eifel"');
  expect(problem?.path).toEqual(['edits', 0, 'subject']);
});

test.for<[string, Record<string, unknown>, string[]]>([
  ['an empty target', { target: { new: ' ' } }, ['must not be empty']],
  [
    'a target that is the true one',
    { target: { new: 'France', true: ' France' } },
    ['is the same as the true target, so there is nothing to edit'],
  ],
  [
    'a method that is nearly one',
    { method: 'rrome' },
    [`must be ${METHODS.map((name) => `"${name}"`).join(' or ')}; did you mean "rome"?`],
  ],
  ['a layer below 0', { layer: -1 }, ['must be at least 0']],
  ['half a layer', { layer: 1.5 }, ['must be a whole number, not 1.5']],
  ['a layer in words', { layer: 'three' }, ['must be a number, not text in double quotes']],
  ['control characters', { prompt: 'Lyon\u0007 is in' }, ['must not contain control characters']],
  ['half a character', { prompt: 'Lyon \ud83d' }, ['must be valid Unicode']],
  ['a subject of two lines', { prompt: 'Ly\non', subject: 'Ly\non' }, ['must be one line']],
  [
    'an id with capitals',
    { id: 'Lyon' },
    ['must be lower-case letters, digits and single hyphens, as in "eiffel-tower"'],
  ],
  ['a list for an object', { target: [] }, ['must be an object, not a list']],
  ['a null', { probes: null }, ['must be an object, not null']],
  [
    'a proposed that is false',
    { probes: { neighbourhood: [{ prompt: 'x', proposed: false }] } },
    ['must be true'],
  ],
  ['a portability probe without its answer', { probes: { portability: [{ prompt: 'x' }] } }, ['is missing']],
  [
    'an occurrence that there is not',
    { occurrence: 2 },
    ['must be at most 1: the subject does not occur more often in the prompt'],
  ],
  ['an occurrence from 0', { occurrence: 0 }, ['must be at least 1']],
  ['a misspelt key', { sujbect: 'Lyon' }, ['is not a known key; did you mean "subject"?']],
  [
    'the American spelling',
    { probes: { neighborhood: [] } },
    ['is not a known key; did you mean "neighbourhood"?'],
  ],
  [
    'a key of its own',
    { xyzzy: 1 },
    [
      'is not a known key; known are id, prompt, chat, subject, target, occurrence, space, layer, method, hyperparameters, probes, donor, safety',
    ],
  ],
  [
    'a prototype',
    JSON.parse('{"__proto__": {"a": 1}}'),
    [
      'is not a known key; known are id, prompt, chat, subject, target, occurrence, space, layer, method, hyperparameters, probes, donor, safety',
    ],
  ],
])('%s is refused in words', ([, edit, messages]) => {
  expect(problemsOf(withEdit(edit)).map(({ message }) => message)).toEqual(messages);
});

test('all problems are collected, in the order of the text', () => {
  const text = `{
  "layer": "x",
  "edits": [
    { "id": "a", "prompt": "Lyon is in", "subject": "Paris", "target": { "new": "" }, "tagret": 1 },
    { "id": "b", "subject": "Lyon", "target": { "new": "x" } }
  ],
  "metod": "rome"
}`;
  expect(told(text)).toEqual([
    '2:12 must be a number, not text in double quotes',
    '4:53 "Paris" does not occur in the prompt "Lyon is in"',
    '4:81 must not be empty',
    '4:87 is not a known key; did you mean "target"?',
    '5:5 is missing',
    '7:3 is not a known key; did you mean "method"?',
  ]);
});

test('ids are unique in a file', () => {
  const edit = sample.edits[1];
  const text = JSON.stringify({ edits: [edit, edit] });
  expect(problemsOf(text)).toMatchObject([
    { path: ['edits', 1, 'id'], message: '"lyon" is already the id of edits[0]' },
  ]);
});

test.each([
  ['{\n  // hello\n  "edits": []\n}', '2:3 JSON takes no comments; delete this one'],
  ['{ "edits": [], }', '1:16 JSON takes no comma before a closing bracket; delete it'],
  ['{ "edits": [], "edits": [] }', '1:16 is given twice'],
  ["{ 'edits': [] }", '1:3 this is no JSON value; text stands in double quotes'],
  ['{ "edits": [ }', '1:14 a value is expected here'],
  ['{ "edits": []', '1:14 a closing brace } is expected here'],
  ['', '1:1 a value is expected here'],
  ['[]', '1:1 must be an object, not a list'],
  ['{}', '1:1 is missing'],
  ['{ "edits": [] } {}', '1:17 the end of the file is expected here'],
  ['{ "edits": 1e999 }', '1:12 must be a list, not Infinity'],
])('%j is told as %s', (text, problem) => {
  expect(told(text)).toContain(problem);
});

test('keys that would garble a terminal are quoted in the message', () => {
  const text = JSON.stringify({ edits: [], 'a\u001b[31m': 1, ['x'.repeat(500)]: 2 });
  expect(() => parseEdits(text, 'f')).toThrow(
    `f:1:13: ["a\\u{1B}[31m"]: is not a known key; known are $schema, version, model, method, layer, hyperparameters, chat, edits
f:1:29: ["${'x'.repeat(99)}…"]: is not a known key`,
  );
});

test('a message lists ten problems and counts the others', () => {
  const text = JSON.stringify({ edits: Array.from({ length: 14 }, () => 1) });
  const error = (() => {
    try {
      return parseEdits(text, 'f');
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toBeInstanceOf(InputError);
  expect(String(error).split('\n')).toHaveLength(11);
  expect(String(error)).toMatch(
    /^InputError: f:1:11: edits\[0\]: must be an object, not 1\n(?:.*\n)*\.\.\. and 4 more$/,
  );
});

test('files: UTF-8 with or without its mark, and nothing else', async ({ folder }) => {
  const path = join(folder, 'a.edits.json');
  await writeFile(path, serialiseEdits(sample));
  expect(await readEditsFile(path)).toEqual(sample);
  await writeFile(path, `\ufeff${serialiseEdits(sample)}`);
  expect(await readEditsFile(path)).toEqual(sample);

  await writeFile(
    path,
    Buffer.concat([Buffer.from('{\n "edits": [], "x": "'), Buffer.from([0xe9]), Buffer.from('" }')]),
  );
  await expect(readEditsFile(path)).rejects.toThrow(
    new InputError(`${path} is not UTF-8 text (line 2); save it in that encoding.`),
  );
  await truncate(path, (256 << 20) + 1);
  await expect(readEditsFile(path)).rejects.toThrow(new InputError(`${path} is larger than 256 MB.`));
  await expect(readEditsFile(join(folder, 'absent'))).rejects.toThrow(
    new InputError(`${join(folder, 'absent')} does not exist.`),
  );
});
