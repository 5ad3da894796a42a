import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/engine/errors.ts';
import { readFileHeader } from '../../../src/engine/safetensors/fileHeader.ts';
import { sourceOf } from '../gguf/build.ts';
import { build, llama, tensor } from './write.ts';

const two = {
  a: tensor('F32', [2, 3], new Float32Array(6)),
  b: tensor('BF16', [4], new Float32Array(4)),
};
const read = (bytes: Uint8Array) => readFileHeader(sourceOf(bytes, 'model.safetensors'), 0);
const entry = (shape: readonly number[], offsets: readonly number[], dtype = 'F32') => ({
  dtype,
  shape,
  data_offsets: offsets,
});

describe('the header of a safetensors file', () => {
  it('says where its tensors lie, in whatever order it names them', async () => {
    const bytes = build(two, ({ a, b }) => ({ b, __metadata__: { format: 'pt' }, a }));
    const { tensors, metadata, dataOffset } = await read(bytes);
    expect(tensors.map(({ name, offset }) => [name, offset - dataOffset])).toEqual([
      ['a', 0],
      ['b', 24],
    ]);
    expect([...metadata]).toEqual([['format', 'pt']]);
    expect(dataOffset + 32).toBe(bytes.length);
  });

  it.each<[string, (entries: Readonly<Record<string, unknown>>) => unknown, RegExp]>([
    ['no JSON', () => '{"a": ', /not valid JSON/],
    ['a list', () => [], /not a JSON object/],
    ['a tensor named twice', () => '{"a":{},"a":{}}', /given twice/],
    ['metadata that are no texts', (all) => ({ ...all, __metadata__: { a: 1 } }), /not texts by key/],
    [
      'an unknown type',
      ({ b }) => ({ a: entry([6], [0, 24], 'Q4_K'), b }),
      /"Q4_K", which safetensors does not have/,
    ],
    ['a negative size', ({ b }) => ({ a: entry([-6], [0, 24]), b }), /no sound shape/],
    ['a broken size', ({ b }) => ({ a: entry([1.5, 4], [0, 24]), b }), /no sound shape/],
    ['no elements', ({ b }) => ({ a: entry([0], [0, 0]), b }), /no elements/],
    [
      'a size beyond all numbers',
      ({ b }) => ({ a: entry([2 ** 30, 2 ** 30], [0, 24]), b }),
      /impossible shape/,
    ],
    ['a shape that is too large', ({ b }) => ({ a: entry([7], [0, 24]), b }), /takes 24 bytes.* needs 28/],
    ['places in the wrong order', ({ b }) => ({ a: entry([6], [24, 0]), b }), /no sound place/],
    ['one place', ({ b }) => ({ a: entry([6], [0]), b }), /no sound place/],
    ['an overlap', ({ a }) => ({ a, b: entry([4], [8, 24]) }), /overlaps tensor "a"/],
    ['a gap', ({ b }) => ({ b }), /24 bytes between the header and tensor "b" belong to none/],
    ['bytes behind the last', ({ a }) => ({ a }), /8 bytes after tensor "a" belong to no tensor/],
    ['data beyond the end', (all) => ({ ...all, c: entry([2], [32, 40]) }), /truncated: tensor "c"/],
    ['a tensor without a description', (all) => ({ ...all, c: null }), /tensor "c" has no description/],
  ])('refuses %s', async (_, change, sentence) => {
    await expect(read(build(two, change))).rejects.toThrow(sentence);
    await expect(read(build(two, change))).rejects.toThrow(InputError);
  });

  it('refuses a length that the file does not have, and one that is too long, without reading it', async () => {
    const bytes = Buffer.from(build(two));
    bytes.writeBigUInt64LE(2n ** 63n);
    await expect(read(bytes)).rejects.toThrow(/header is said to have 9223372036854775808 bytes/);
    const long = { ...sourceOf(bytes, 'long.safetensors'), size: 2 ** 40 };
    bytes.writeBigUInt64LE(2n ** 30n);
    await expect(readFileHeader(long, 0)).rejects.toThrow(/header of more than 16 MB/);
    await expect(read(new Uint8Array(3))).rejects.toThrow(/too short/);
  });

  it('takes any bytes with a sentence', async () => {
    const sound = build(llama());
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(1500), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        async (changes) => {
          const bytes = Uint8Array.from(sound);
          for (const [at, value] of changes) bytes[at] = value;
          const outcome = await read(bytes).catch((error: unknown) => error);
          expect(outcome instanceof InputError || Object.hasOwn(Object(outcome), 'tensors')).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});
