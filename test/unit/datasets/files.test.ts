import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it as plain } from 'vitest';
import { importFile, importRecords } from '../../../src/engine/datasets/index.ts';
import { serialiseEdits } from '../../../src/engine/editing/editsFile/editsFile.ts';
import { writeEdits } from '../../../src/engine/editing/editsFile/writeEdits.ts';
import { CancelledError } from '../../../src/engine/errors.ts';
import { scratchFolder } from '../../../src/engine/files/scratchFolder.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const record = (subject: string) => ({ prompt: `${subject} is`, subject, target_new: 'x' });
const [a, b, c] = ['a', 'b', 'c'].map(record);
const json = JSON.stringify;
const ids = async (text: string, selection = {}) =>
  (await importRecords('knowedit', text, 'f.json', selection)).file.edits.map(({ id }) => id);
const lines = async (text: string) =>
  (await importRecords('knowedit', text, 'f.json')).skipped.map(({ index, line }) => [index, line]);

const it = plain.extend(temporaryFolder);

describe('records stand', () => {
  it.each<[string, string]>([
    ['in a list', json([a, b])],
    ['in a list over many lines', JSON.stringify([a, b], null, 2)],
    ['a line each', `${json(a)}\n${json(b)}\n`],
    ['a line each, with empty ones and carriage returns', `\n${json(a)}\r\n\r\n${json(b)}`],
    ['one after the other over many lines', `${JSON.stringify(a, null, 1)}\n${JSON.stringify(b, null, 1)}`],
    ['one after the other on a line', `${json(a)} ${json(b)}`],
    ['with commas too many', `[${json(a)},,${json(b)},]`],
    ['in an object by number', json({ 0: a, 1: b })],
    ['in a list within an object', json({ version: 1, data: [a, b] })],
    ['with brackets and quotes in their texts', json([{ ...a, x: '}]{["\\', 'y"': '\\"' }, b])],
  ])('%s', async (_, text) => expect(await ids(text)).toEqual(['a', 'b']));

  it('alone', async () => {
    expect(await ids(json(a))).toEqual(['a']);
    expect(
      await ids(JSON.stringify({ ...a, locality: { K: [{ prompt: 'p', ground_truth: 'q' }] } }, null, 1)),
    ).toEqual(['a']);
    await expect(ids('{}')).rejects.toThrow(/subject is missing/);
    await expect(ids(json({ x: [a], y: [b] }))).rejects.toThrow(/subject is missing/);
  });

  it('on lines that are named', async () => {
    expect(await lines(`[\n${json(a)},\n\n{},\n  {\n}]`)).toEqual([
      [1, 4],
      [2, 5],
    ]);
    expect(await lines(`${json(a)}\n{}\n${json(b)}\n{}`)).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });
});

it('a line that is no JSON costs its record alone', async () => {
  const { file, skipped } = await importRecords(
    'knowedit',
    `${json(a)}\n{"prompt": \n${json(b)}\nno`,
    'f.jsonl',
  );
  expect(file.edits).toHaveLength(2);
  expect(skipped).toMatchObject([
    { index: 1, line: 2, reason: expect.stringContaining('is expected here') },
    { index: 3, line: 4 },
  ]);
  const twice = await importRecords('knowedit', `[${json(a)}, {"prompt": "x", "prompt": "y"}]`, 'f.json');
  expect(twice.skipped).toMatchObject([{ index: 1, reason: 'prompt is given twice' }]);
});

it('NaN and infinity are nothing, but for texts', async () => {
  const text =
    '[{"prompt": "NaN is", "subject": "NaN", "target_new": "x", "ground_truth": NaN, "id": -Infinity}]';
  const { file } = await importRecords('knowedit', text, 'f.json');
  expect(file.edits).toMatchObject([{ id: 'nan', prompt: 'NaN is', target: { new: 'x' } }]);
});

describe('some of the records', () => {
  const text = json([a, b, c]);
  it('are those from one on, so many of them', async () => {
    expect(await ids(text, { first: 2 })).toEqual(['a', 'b']);
    expect(await ids(text, { from: 1 })).toEqual(['b', 'c']);
    expect(await ids(text, { from: 1, first: 1 })).toEqual(['b']);
    expect(await ids(text, { first: 9 })).toEqual(['a', 'b', 'c']);
    await expect(ids(text, { from: 3 })).rejects.toThrow('f.json holds 3 records, so none from 3 on.');
  });

  it('keep their numbers', async () => {
    const { skipped } = await importRecords('knowedit', json([{}, a, {}]), 'f.json', { from: 1 });
    expect(skipped).toMatchObject([{ index: 2 }]);
  });
});

it('an import can be cancelled, and says how far it is', async () => {
  const text = json([a, b]);
  const signal = AbortSignal.abort();
  await expect(importRecords('knowedit', text, 'f', {}, { signal })).rejects.toThrow(CancelledError);
  const fractions: number[] = [];
  await importRecords('knowedit', text, 'f', {}, { report: (_, fraction) => fractions.push(fraction) });
  expect(fractions).toEqual([(1 + json(a).length) / text.length, (text.length - 1) / text.length]);
});

describe('files', () => {
  it('are read in UTF-8 and, by its mark, in UTF-16', async ({ folder }) => {
    const text = json([{ ...record('é'), x: '東京' }]);
    const swapped = Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
    for (const bytes of [`\ufeff${text}`, Buffer.from(`\ufeff${text}`, 'utf16le'), swapped]) {
      const file = path.join(folder, 'f.json');
      await writeFile(file, bytes);
      expect((await importFile('knowedit', file)).file.edits).toMatchObject([{ subject: 'é' }]);
    }
    const latin = path.join(folder, 'latin.json');
    await writeFile(latin, Buffer.from(`[\n${json(record('é'))}]`, 'latin1'));
    await expect(importFile('knowedit', latin)).rejects.toThrow(/latin\.json is not UTF-8 text \(line 2\)/);
    await writeFile(latin, Buffer.from([0xff, 0xfe, 0x00, 0xd8]));
    await expect(importFile('knowedit', latin)).rejects.toThrow(/begins as UTF-16 text and is none/);
  });

  it.each([
    ['PAR1\x15\x04', /is a Parquet file; write its records as JSON Lines first, in Python with pandas/],
    ['version https://git-lfs.github.com/spec/v1\noid sha256:1\n', /is a Git LFS pointer .*"git lfs pull"/],
    ['PK\x03\x04', /is a compressed file; unpack it first/],
    ['\x1f\x8b\x08', /is a compressed file; unpack it first/],
    ['GGUF\x03', /is a GGUF file and not a text/],
  ])('that are no text are told by what they are: %j', async (beginning, sentence) => {
    await using folder = await scratchFolder();
    const file = path.join(folder.path, 'f.json');
    await writeFile(file, Buffer.from(`${beginning}\xff\xfe\0`, 'latin1'));
    await expect(importFile('knowedit', file)).rejects.toThrow(sentence);
  });

  it('hold so many edits, and their names sort', async ({ folder }) => {
    const { file } = await importRecords('knowedit', json('abcdefghijk'.split('').map(record)), 'f');
    const target = path.join(folder, 'some.edits.json');
    const whole = await writeEdits(target, { layer: 1, ...file }, { protect: [] });
    expect(whole).toEqual([target]);
    expect(await readFile(target, 'utf8')).toBe(serialiseEdits({ layer: 1, ...file }));
    const parts = await writeEdits(target, file, { split: 1, protect: [] });
    expect(parts.map((part) => path.basename(part))).toEqual(
      [...'abcdefghijk'].map((_, i) => `some-${String(i + 1).padStart(2, '0')}.edits.json`),
    );
    const [, , , third = ''] = parts;
    expect(await readFile(third, 'utf8')).toBe(serialiseEdits({ edits: file.edits.slice(3, 4) }));
    const four = await writeEdits(path.join(folder, 'x'), file, { split: 4, protect: [] });
    expect(four.map((part) => path.basename(part))).toEqual(['x-1', 'x-2', 'x-3']);
    expect(JSON.parse(await readFile(four[2] ?? '', 'utf8')).edits).toHaveLength(3);
    const none = await writeEdits(target, { edits: [] }, { split: 5, protect: [] });
    expect(await readFile(none[0] ?? '', 'utf8')).toBe(serialiseEdits({ edits: [] }));
  });
});
