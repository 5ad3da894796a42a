import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseEdits, problemsOf, serialiseEdits } from '../../../src/engine/editing/editsFile/editsFile.ts';
import { HumanError } from '../../../src/engine/errors.ts';
import { EditsFile } from '../../../src/protocol/edits.ts';
import { sample } from './sample.ts';

const MB = 1 << 20;
const valid = serialiseEdits(sample);

/** Either a file that the schema accepts or a sentence for people, and every problem lies inside the text. */
function survives(text: string): void {
  const problems = problemsOf(text);
  for (const { offset, length, line, column, message } of problems) {
    expect(offset).toBeGreaterThanOrEqual(0);
    expect(offset + length).toBeLessThanOrEqual(text.length + 1);
    expect(text.slice(0, offset).split(/\r\n|\r|\n/)).toHaveLength(line);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(message).not.toBe('');
  }
  try {
    expect(EditsFile.safeParse(parseEdits(text, 'f')).success).toBe(true);
  } catch (error) {
    if (!(error instanceof HumanError)) throw error;
    expect(problems).not.toEqual([]);
  }
}

test('arbitrary text', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), survives), { numRuns: 800 });
});

test('arbitrary bytes, as they decode', () => {
  const decoded = fc.uint8Array({ maxLength: 300 }).map((bytes) => new TextDecoder().decode(bytes));
  fc.assert(fc.property(decoded, survives), { numRuns: 800 });
});

test('arbitrary JSON, also in the place of any part of a file', () => {
  const misplaced = fc
    .tuple(fc.jsonValue(), fc.constantFrom('edits', 'model', 'layer', 'method'))
    .map(([value, key]) => {
      return JSON.stringify({ ...sample, [key]: value });
    });
  const edit = fc
    .jsonValue()
    .map((value) => JSON.stringify({ edits: [value, { ...sample.edits[0], target: value, probes: value }] }));
  fc.assert(fc.property(fc.oneof(fc.json(), misplaced, edit), survives), { numRuns: 800 });
});

test('mutations of a valid file: pieces cut out, doubled or replaced', () => {
  const mutation = fc.record({
    at: fc.nat(valid.length),
    cut: fc.nat(30),
    put: fc.oneof(
      fc.string({ maxLength: 4 }),
      fc.constantFrom('{', '}', '[', ']', '"', ',', '\\', '\n', '//', '/*'),
    ),
  });
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
      survives(
        mutations.reduce((text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut), valid),
      );
    }),
    { numRuns: 800 },
  );
});

test('a file cut off anywhere', () => {
  for (let length = 0; length < valid.length; length += 3) survives(valid.slice(0, length));
});

const filled = (begin: string, piece: string, end = ''): string =>
  begin + piece.repeat((8 * MB - begin.length - end.length) / piece.length) + end;

test.for<[string, string]>([
  ['opening brackets', filled('', '[')],
  ['opening objects', filled('', '{"a":')],
  ['numbers for edits', filled('{"edits":[1', ',1', ']}')],
  ['empty lists', filled('[[]', ',[]', ']')],
  ['wrong edits', filled('{"edits":[{}', ',{"id":1,"x":2}', ']}')],
  ['wrong probes', filled('{"edits":[{"probes":{"paraphrase":[1', ',1', ']}}]}')],
  ['unknown keys', `{${Array.from({ length: 500_000 }, (_, index) => `"k${index}":1`).join(',')}}`],
  ['one long text', filled('{"edits":[{"id":"a","prompt":"', 'é', '"}]}')],
  ['quotes', filled('', '"')],
  ['escapes', filled('["', '\\x', '"]')],
  ['comments', filled('', '/**/')],
  ['commas', filled('[', ',')],
  ['line ends', filled('', '\n')],
])('eight megabytes of %s are refused within 64 MB', async ([, text]) => {
  expect(await problemsWithin(64, text)).toBeGreaterThan(0);
});

const many = (count: number, item: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => item(index)).join(',');

test.for<[string, string]>([
  ['wrong edits', `{"edits":[${many(80_000, () => '{"id":1,"x":2}')}]}`],
  ['wrong probes', `{"edits":[{"probes":{"paraphrase":[${many(240_000, () => '1')}]}}]}`],
  [
    'edits of wrong probes',
    `{"edits":[${many(200, () => `{"probes":{"text":[${many(1000, () => '1')}]}}`)}]}`,
  ],
  [
    'edits with unknown keys',
    `{"edits":[${many(240, () => `{${many(1000, (index) => `"k${index}":1`)}}`)}]}`,
  ],
  ['unknown keys', `{"edits":[],${many(240_000, (index) => `"k${index}":1`)}}`],
  [
    'edits with one id',
    `{"edits":[${many(41_000, () => '{"id":"a","prompt":"b","subject":"b","target":{"new":"c"}}')}]}`,
  ],
])('as many %s as a file may hold are refused within 64 MB', async ([, text]) => {
  expect(await problemsWithin(64, text)).toBeGreaterThan(0);
});

test('the largest file that is taken is read within 64 MB', async () => {
  const prompt = 'The Eiffel Tower is in the city of '.padEnd(150, 'x');
  const probes = { paraphrase: Array.from({ length: 10 }, () => ({ prompt })) };
  const edits = Array.from({ length: 3500 }, (_, index) => ({
    id: `edit-${index}`,
    prompt,
    subject: 'Eiffel Tower',
    target: { new: 'Rome' },
    probes,
  }));
  const text = serialiseEdits({ edits });
  expect(text.length).toBeGreaterThan(7.5 * MB);
  expect(await problemsWithin(64, text)).toBe(0);
});

const bundle = buildSync({
  stdin: {
    contents: `
      import { parentPort, workerData } from 'node:worker_threads';
      import { problemsOf } from './src/engine/editing/editsFile/editsFile.ts';
      parentPort.postMessage(problemsOf(workerData).length);`,
    resolveDir: '.',
  },
  bundle: true,
  platform: 'node',
  mainFields: ['module', 'main'],
  write: false,
});

/** The number of problems, found in a thread whose heap, the text included, may not pass so many megabytes. */
async function problemsWithin(megabytes: number, text: string): Promise<unknown> {
  const worker = new Worker(bundle.outputFiles[0]?.text ?? '', {
    eval: true,
    workerData: text,
    resourceLimits: { maxOldGenerationSizeMb: megabytes, maxYoungGenerationSizeMb: 8 },
  });
  const [answer] = await once(worker, 'message');
  return answer;
}
