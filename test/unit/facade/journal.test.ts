import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test as base, expect } from 'vitest';
import { Journal } from '../../../src/engine/facade/measuring/journal.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const test = base.extend(temporaryFolder);
const asNumber = (value: unknown) => (typeof value === 'number' ? value : undefined);

test('what was found is there when the same work is taken up again', async ({ folder }) => {
  const file = join(folder, 'journal.jsonl');
  const first = await Journal.open(file, { what: 'a' }, asNumber);
  expect(first.entries).toEqual([]);
  await first.add(1);
  await first.add(2);
  const second = await Journal.open(file, { what: 'a' }, asNumber);
  expect(second.entries).toEqual([1, 2]);
  await second.add(3);
  expect((await Journal.open(file, { what: 'a' }, asNumber)).entries).toEqual([1, 2, 3]);
});

test('a line that was cut off is dropped, and what is added later stands on a line of its own', async ({
  folder,
}) => {
  const file = join(folder, 'journal.jsonl');
  const first = await Journal.open(file, {}, asNumber);
  await first.add(1);
  await appendFile(file, '{"half');
  const second = await Journal.open(file, {}, asNumber);
  expect(second.entries).toEqual([1]);
  await second.add(2);
  expect(await readFile(file, 'utf8')).toBe('{"version":1}\n1\n2\n');
});

test('the journal of other work is refused and left as it is', async ({ folder }) => {
  const file = join(folder, 'journal.jsonl');
  await (await Journal.open(file, { what: 'a' }, asNumber)).add(1);
  await expect(Journal.open(file, { what: 'b' }, asNumber)).rejects.toThrow(/another evaluation/);
  expect(await readFile(file, 'utf8')).toBe('{"version":1,"what":"a"}\n1\n');
});

test('a journal of 0.1.0, which states no version, is taken up; one of a newer format is refused', async ({
  folder,
}) => {
  const file = join(folder, 'journal.jsonl');
  await writeFile(file, '{"what":"a"}\n1\n');
  expect((await Journal.open(file, { what: 'a' }, asNumber)).entries).toEqual([1]);
  await writeFile(file, '{"version":2,"what":"a"}\n1\n');
  await expect(Journal.open(file, { what: 'a' }, asNumber)).rejects.toThrow(
    `${file} was written by a newer version of palimpsest: it has format 2, this one reads 1.`,
  );
  expect(await readFile(file, 'utf8')).toBe('{"version":2,"what":"a"}\n1\n');
});

test('a place that cannot be written is told', async ({ folder }) => {
  await expect(Journal.open(join(folder, 'no', 'journal'), {}, asNumber)).rejects.toThrow(/no/);
});
