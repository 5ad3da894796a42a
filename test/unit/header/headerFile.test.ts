import { rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test as base, expect } from 'vitest';
import { InputError } from '../../../src/engine/errors.ts';
import { type ByteSource, openFile } from '../../../src/engine/files/source.ts';
import { ITEMS_AT_ONCE } from '../../../src/protocol/headerPage.ts';
import { HeaderFile } from '../../../src/workbench/header/headerFile.ts';
import { loadProblem } from '../../../src/workbench/header/loadProblem.ts';
import { build, smallModel, sourceOf } from '../gguf/build.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const test = base.extend(temporaryFolder);
const MB = 1 << 20;

/** Opens as `opened` does, and counts what is read. */
function counted(opened: (file: string) => Promise<ByteSource & AsyncDisposable>) {
  const count = { read: 0, open: 0 };
  const source = async (file: string) => {
    const inner = await opened(file);
    count.open += 1;
    return {
      name: inner.name,
      size: inner.size,
      async read(offset: number, length: number) {
        count.read += length;
        return inner.read(offset, length);
      },
      async [Symbol.asyncDispose]() {
        count.open -= 1;
        await inner[Symbol.asyncDispose]();
      },
    };
  };
  return { count, source };
}

const inMemory = (bytes: Uint8Array) => async (name: string) => ({
  ...sourceOf(bytes, name),
  [Symbol.asyncDispose]: async () => {},
});

test('of a file of 6 GB the header alone is read', async ({ folder }) => {
  const file = path.join(folder, 'large.gguf');
  const { metadata, tensors } = smallModel();
  const large = { name: 'output.weight', ne: [4, 400_000_000], bytes: 0 };
  const bytes = build({ metadata, tensors: [...tensors, large] });
  await writeFile(file, bytes);
  // the rest is a hole, which takes no room on the disk
  await truncate(file, bytes.length + 4 * 4 * 400_000_000);

  const { count, source } = counted(openFile);
  const view = await new HeaderFile(file, source, loadProblem).read({});
  expect(view.problem).toBeNull();
  expect(view.bytes).toBeGreaterThan(6e9);
  expect(view.parameters).toBe(1_600_000_000 + 148);
  expect(count).toEqual({ read: expect.any(Number), open: 0 });
  expect(count.read).toBeLessThanOrEqual(3 * MB);
});

test('a vocabulary of 200,000 tokens is paged through, the last page too, without keeping it', async () => {
  const tokens = Array.from({ length: 200_001 }, (_, index) => `token ${index}`);
  const bytes = build(smallModel({ set: [['tokenizer.ggml.tokens', ['array', 'string', tokens]]] }));
  const { count, source } = counted(inMemory(bytes));
  const file = new HeaderFile('/m/vocabulary.gguf', source, loadProblem);
  const view = await file.read({});
  const row = view.metadata.find(({ key }) => key === 'tokenizer.ggml.tokens');
  expect(row).toMatchObject({ items: 200_001 });
  expect(JSON.stringify(view).length).toBeLessThan(10_000);

  expect(await file.items('tokenizer.ggml.tokens', 0, {})).toEqual(
    tokens.slice(0, ITEMS_AT_ONCE).map((token) => JSON.stringify(token)),
  );
  expect(await file.items('tokenizer.ggml.tokens', 200_000, {})).toEqual(['"token 200000"']);
  expect(await file.items('tokenizer.ggml.tokens', 999_999, {})).toEqual([]);
  expect(count.open).toBe(0);
});

test('a text that was cut is had whole; what is no text or no array is refused', async () => {
  const template = 'x'.repeat(10_000);
  const bytes = build(smallModel({ set: [['tokenizer.chat_template', ['string', template]]] }));
  const file = new HeaderFile('/m/a.gguf', inMemory(bytes), loadProblem);
  await file.read({});
  expect(await file.text('tokenizer.chat_template')).toBe(template);
  await expect(file.text('llama.block_count')).rejects.toThrow(InputError);
  await expect(file.items('general.name', 0, {})).rejects.toThrow(InputError);
  await expect(file.items('absent', 0, {})).rejects.toThrow('has no array "absent"');
});

test('a split model is one, whichever part is opened, and its items come from the first part', async ({
  folder: at,
}) => {
  const { metadata, tensors } = smallModel();
  const part = (no: number) =>
    build({
      metadata: [
        ...(no === 0 ? metadata : [metadata[0] ?? ['general.architecture', ['string', 'llama']]]),
        ['split.count', ['uint16', 2]],
        ['split.no', ['uint16', no]],
        ['split.tensors.count', ['int32', tensors.length]],
      ],
      tensors: no === 0 ? tensors.slice(0, 3) : tensors.slice(3),
    });
  const names = ['m-00001-of-00002.gguf', 'm-00002-of-00002.gguf'];
  for (const [no, name] of names.entries()) await writeFile(path.join(at, name), part(no));

  const file = new HeaderFile(path.join(at, 'm-00002-of-00002.gguf'), openFile, loadProblem);
  const view = await file.read({});
  expect(view.files).toEqual(names);
  expect(view.problem).toBeNull();
  expect([...view.tensors.parts]).toEqual([0, 0, 0, 1, 1, 1, 1]);
  expect(file.model).toBe(path.join(at, 'm-00001-of-00002.gguf'));
  expect(await file.items('tokenizer.ggml.tokens', 1, {})).toEqual(['"Ġa"', '"é"']);

  await rm(path.join(at, 'm-00001-of-00002.gguf'));
  await expect(file.read({})).rejects.toThrow(/Part 1 of 2 .* does not exist/s);
});

test('a file that is none is refused in one sentence', async ({ folder }) => {
  const file = path.join(folder, 'page.gguf');
  await writeFile(file, '<html>not found</html>');
  await expect(new HeaderFile(file, openFile, loadProblem).read({})).rejects.toThrow(
    `${file} is a web page and not a model; download the file itself.`,
  );
});
