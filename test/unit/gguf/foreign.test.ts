import { expect, it } from 'vitest';
import type { ByteSource } from '../../../src/engine/files/source.ts';
import { readHeader } from '../../../src/engine/gguf/header.ts';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import { readLongString } from '../../../src/engine/gguf/values.ts';
import { build, smallModel, sourceOf } from './build.ts';

const latin = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const opened = (bytes: Uint8Array) => async () =>
  ({ ...sourceOf(bytes), [Symbol.asyncDispose]: async () => {} }) satisfies ByteSource & AsyncDisposable;

it.each([
  ['version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 13\n', /Git LFS pointer.*"git lfs pull"/],
  ['<!doctype html><html><head></head></html>', /a web page/],
  ['\xef\xbb\xbf  <HTML lang="en">', /a web page/],
  ['PK\x03\x04\x00\x00\x08\x08', /a zip archive, as PyTorch writes/],
  ['\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.', /a Python pickle/],
  ['\x40\x00\x00\x00\x00\x00\x00\x00{"a":{"dtype":"F32"}}', /a safetensors file/],
  ['lmgg\x00\x7d\x00\x00', /a format of ggml from before GGUF/],
  ['tjgg\x03\x00\x00\x00', /a format of ggml from before GGUF/],
  ['\x1f\x8b\x08\x00\x00', /a compressed file; unpack it/],
  ['{"error":"Repository not found"}', /is a text and not a GGUF file; it begins with/],
  ['\x01\x02\x03\x04\x05\x06', /not a GGUF file \(it begins with "\?\?\?\?"\)/],
  ['GG', /not a GGUF file/],
])('%j is called what it is', async (text, says) => {
  await expect(readHeader(sourceOf(latin(text)))).rejects.toThrow(says);
});

const matrix = { name: 'w', ne: [256, 4] };

it.each([36, 139, 9999])('type %i is a type of a fork, not damage', async (type) => {
  const bytes = build({ tensors: [{ ...matrix, type, bytes: 1024 }] });
  const refusal = expect(readHeader(sourceOf(bytes))).rejects;
  await refusal.toThrow(
    new RegExp(`in type ${type}\\b.*a type this llama.cpp does not know.*BitNet, ik_llama.cpp`),
  );
  await refusal.not.toThrow(/damaged/);
});

it('a type number that a fork uses for blocks of another size is no damage', async () => {
  const large = { ...matrix, ne: [256, 16] };
  const [ours, theirs] = [((256 * 16) / 64) * 18, ((256 * 16) / 128) * 34];
  const next = { name: 'next', ne: [64] };
  const file = (bytes: number) => build({ tensors: [{ ...large, type: 42, bytes }, next] });
  await expect(readHeader(sourceOf(file(ours)))).resolves.toBeDefined();
  await expect(readHeader(sourceOf(file(theirs)))).rejects.toThrow(/type 42, but not of the size.*forks/);
});

it('parts joined with cat are told, with and without padding between them', async () => {
  const { metadata, tensors } = smallModel();
  // twelve bytes of data, padded to 32
  const part = build({ metadata, tensors: [...tensors, { name: 'rope_freqs.weight', ne: [3] }] });
  for (const joined of [Buffer.concat([part, part]), Buffer.concat([part.subarray(0, -20), part])]) {
    await expect(readModelFiles('/m.gguf', {}, opened(joined))).rejects.toThrow(
      /holds a second GGUF file.*"cat".*llama-gguf-split --merge/,
    );
  }
  const trailing = Buffer.concat([part, Buffer.from('GGU and more')]);
  await expect(readModelFiles('/m.gguf', {}, opened(trailing))).resolves.toBeDefined();
});

it('a long string is passed over and read when asked for', async () => {
  const long = `{${'é'.repeat(2 << 20)}}`;
  const { metadata, tensors } = smallModel({ set: [['tokenizer.huggingface.json', ['string', long]]] });
  const source = sourceOf(build({ metadata, tensors }));
  const header = await readHeader(source);
  const value = header.metadata.get('tokenizer.huggingface.json');
  if (value?.type !== 'long string') throw new Error('the string was kept');
  expect(long.startsWith(value.head)).toBe(true);
  expect(value.byteLength).toBe(Buffer.byteLength(long));
  expect(await readLongString(source, value)).toBe(long);
  expect(header.tensors).toHaveLength(tensors.length);
});

it('many long strings take no memory', async () => {
  const texts = Array.from({ length: 24 }, (_, i) => [`x.${i}`, ['string', 'x'.repeat(2 << 20)]] as const);
  await expect(readHeader(sourceOf(build({ metadata: texts })))).resolves.toBeDefined();
});
