import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test as plain } from 'vitest';
import { editsInput } from '../../../src/cli/editsInput.ts';
import { serialiseEdits } from '../../../src/engine/editing/editsFile/editsFile.ts';
import { sample } from '../edits/sample.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const test = plain.extend(temporaryFolder);
const fact = { prompt: 'The Eiffel Tower is in', subject: 'Eiffel Tower', target: 'Rome' };

test('edits are a file, and what is made of it lies beside it', async ({ folder }) => {
  const file = join(folder, 'facts.edits.json');
  await writeFile(file, serialiseEdits(sample));
  expect(await editsInput({ edits: file })).toEqual({
    text: serialiseEdits(sample),
    edits: sample,
    name: file,
    stem: join(folder, 'facts'),
  });
});

test('edits come from stdin', async () => {
  const stdin = Readable.from([serialiseEdits(sample)]);
  expect(await editsInput({ edits: '-' }, stdin)).toMatchObject({
    edits: sample,
    name: 'stdin',
    stem: 'stdin',
  });
  await expect(editsInput({ edits: '-' }, Readable.from(['{}']))).rejects.toThrow(
    /^stdin:1:1: edits: is missing/,
  );
  await expect(editsInput({ edits: '-' }, Readable.from([]))).rejects.toThrow('stdin is empty');
});

test('edits are one fact', async () => {
  const target = { new: 'Rome', true: 'Paris' };
  const edits = { edits: [{ id: 'eiffel-tower', ...fact, target }] };
  const given = await editsInput({ ...fact, true: 'Paris' });
  expect(given).toMatchObject({ edits, stem: 'eiffel-tower' });
  expect(JSON.parse(given.text)).toEqual({ version: 1, ...edits });
  expect((await editsInput(fact)).edits.edits[0]?.target).toEqual({ new: 'Rome' });
});

test('--chat makes a turn of the prompt', async () => {
  const asked = await editsInput({ ...fact, chat: true });
  expect(asked.edits.edits[0]?.prompt).toEqual([{ role: 'user', content: fact.prompt }]);
  expect((await editsInput({ ...fact, chat: false })).edits.edits[0]?.prompt).toBe(fact.prompt);
});

test.for<[string, object, string]>([
  ['neither', {}, 'Give either --edits, or one fact by --prompt, --subject and --target.'],
  ['both', { ...fact, edits: 'x' }, 'Give either --edits'],
  ['half of a fact', { prompt: 'x', target: 'y' }, 'Give either --edits'],
  ['the true answer alone', { edits: 'x', true: 'y' }, 'Give either --edits'],
  [
    'a subject of another prompt',
    { ...fact, subject: 'Louvre' },
    '--subject: "Louvre" does not occur in the prompt',
  ],
  ['an empty target', { ...fact, target: '' }, '--target: must not be empty'],
  ['nothing to edit', { ...fact, true: 'Rome' }, '--target: is the same as the true target'],
  ['a true answer of two lines', { ...fact, true: 'a\nb' }, '--true: must be one line'],
  ['an address', { edits: 'https://x.org/facts.json' }, 'https://x.org/facts.json is an address, not a file'],
  ['a folder', { edits: '/' }, '/ is a folder.'],
])('%s is refused', async ([, options, message]) => {
  await expect(editsInput(options)).rejects.toThrow(message);
});
