import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test as base, expect } from 'vitest';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { build, type Gguf, smallModel, type Value } from './build.ts';
import { splitModel } from './splitModel.ts';

const test = base.extend(temporaryFolder);

const name = (part: number): string => `model-0000${part}-of-00003.gguf`;

function splitKeys(no: number, total = 7): [string, Value][] {
  return [
    ['split.no', ['uint16', no]],
    ['split.count', ['uint16', 3]],
    ['split.tensors.count', ['int32', total]],
  ];
}

function part(no: number, gguf: Gguf = {}): Uint8Array {
  const { metadata, tensors } = smallModel();
  const share = [tensors.slice(0, 1), tensors.slice(1, 4), tensors.slice(4)][no] ?? [];
  return build({ metadata: [...(no === 0 ? metadata : []), ...splitKeys(no)], tensors: share, ...gguf });
}

async function writeParts(folder: string, parts: readonly Uint8Array[]): Promise<void> {
  for (const [index, bytes] of parts.entries()) await writeFile(join(folder, name(index + 1)), bytes);
}

test('a model in three files is one model, whichever is named', async ({ folder }) => {
  await writeParts(folder, [part(0), part(1), part(2)]);
  for (const named of [1, 2, 3]) {
    const { paths, header } = await readModelFiles(join(folder, name(named)));
    expect(paths).toEqual([1, 2, 3].map((number) => join(folder, name(number))));
    expect(header.metadata.get('general.name')).toEqual({ type: 'string', value: 'Small' });
    expect(header.tensors.map((tensor) => tensor.name)).toEqual(
      smallModel().tensors.map((tensor) => tensor.name),
    );
    expect(header.tensors.map((tensor) => tensor.part)).toEqual([0, 1, 1, 1, 2, 2, 2]);
    expect(header.fileSize).toBe(part(0).length + part(1).length + part(2).length);
  }
});

test('two parts are a model as well', async ({ folder }) => {
  const parts = await splitModel(folder, 2);
  for (const named of parts) {
    const { paths, header } = await readModelFiles(named);
    expect(paths).toEqual(parts);
    expect(header.tensors.map((tensor) => tensor.part)).toEqual([0, 0, 0, 0, 1, 1, 1]);
  }
});

test('a part of another number of parts is refused, by its name or by what it says', async ({ folder }) => {
  await writeParts(folder, [part(0), part(1), part(2)]);
  const other = join(folder, 'model-00001-of-00004.gguf');
  await writeFile(other, part(0));
  await expect(readModelFiles(other)).rejects.toThrow(
    /is one of 3 parts of a model, but is not named like NAME-00001-of-00003.gguf/,
  );
  const metadata: [string, Value][] = [
    ['split.no', ['uint16', 1]],
    ['split.count', ['uint16', 4]],
  ];
  await writeFile(join(folder, name(2)), part(1, { metadata }));
  await expect(readModelFiles(join(folder, name(1)))).rejects.toThrow(
    `${join(folder, name(2))} does not hold part 2 of 3 of the model, as its name says.`,
  );
});

test('a whole model is its own only file, even if it is named like a part', async ({ folder }) => {
  await writeFile(join(folder, name(2)), build(smallModel()));
  const { paths, header } = await readModelFiles(join(folder, name(2)));
  expect(paths).toEqual([join(folder, name(2))]);
  expect(header.tensors).toHaveLength(7);
});

test('an absent part is named', async ({ folder }) => {
  await writeParts(folder, [part(0), part(1)]);
  await expect(readModelFiles(join(folder, name(1)))).rejects.toThrow(
    `Part 3 of 3 of the model cannot be read: ${join(folder, name(3))} does not exist.`,
  );
});

test('parts that are not what their names say are refused', async ({ folder }) => {
  await writeParts(folder, [part(0), part(2), part(1)]);
  await expect(readModelFiles(join(folder, name(1)))).rejects.toThrow(
    `${join(folder, name(2))} does not hold part 2 of 3 of the model, as its name says.`,
  );
});

test('a part that was renamed cannot find the others', async ({ folder }) => {
  await writeFile(join(folder, 'first.gguf'), part(0));
  await expect(readModelFiles(join(folder, 'first.gguf'))).rejects.toThrow(
    /first.gguf is one of 3 parts of a model, but is not named like NAME-00001-of-00003.gguf/,
  );
});

test('tensors that are missing or there twice are told', async ({ folder }) => {
  await writeParts(folder, [part(0), part(1), part(2, { tensors: [] })]);
  await expect(readModelFiles(join(folder, name(1)))).rejects.toThrow(
    /its parts should hold 7 tensors and hold 4/,
  );
  await writeParts(folder, [part(0), part(1), part(2, { tensors: smallModel().tensors.slice(1, 4) })]);
  await expect(readModelFiles(join(folder, name(1)))).rejects.toThrow(
    /tensor "blk.0.ffn_norm.weight" lies in two parts/,
  );
});
