import { expect, test } from 'vitest';
import { InputError } from '../../../src/engine/errors.ts';
import { numberOf, readHeader, stringOf } from '../../../src/engine/gguf/header.ts';
import { readArray } from '../../../src/engine/gguf/values.ts';
import { build, type Gguf, smallModel, sourceOf } from './build.ts';

const read = (gguf: Gguf) => readHeader(sourceOf(build(gguf)));

test('a small model is read whole: metadata, tensors and their places', async () => {
  const bytes = build(smallModel());
  const header = await readHeader(sourceOf(bytes));

  expect(header).toMatchObject({ name: 'model.gguf', version: 3, alignment: 32, fileSize: bytes.length });
  expect(stringOf(header, 'general.name')).toBe('Small');
  expect(numberOf(header, 'llama.rope.freq_base')).toBe(10_000);
  expect(header.tensors.map(({ name }) => name)).toContain('blk.1.ffn_down.weight');

  const [embedding, next] = header.tensors;
  expect(embedding).toMatchObject({
    ne: [4, 3],
    elements: 12,
    byteLength: 48,
    offset: header.dataOffset,
    part: 0,
  });
  expect(embedding?.type).toEqual({ id: 0, name: 'f32', blockSize: 1, typeSize: 4 });
  expect(header.dataOffset % 32).toBe(0);
  expect(next?.offset).toBe(header.dataOffset + 64);
});

test('every value type keeps its value', async () => {
  const { metadata } = await read({
    version: 2,
    metadata: [
      ['u8', ['uint8', 255]],
      ['i8', ['int8', -128]],
      ['u16', ['uint16', 65_535]],
      ['i16', ['int16', -32_768]],
      ['u32', ['uint32', 4_294_967_295]],
      ['i32', ['int32', -2_147_483_648]],
      ['f32', ['float32', 0.5]],
      ['yes', ['bool', true]],
      ['text', ['string', '\ufeffgrüße 🗼']],
      ['u64', ['uint64', 18_446_744_073_709_551_615n]],
      ['i64', ['int64', -9_223_372_036_854_775_808n]],
      ['f64', ['float64', 0.1]],
      ['empty', ['array', 'int32', []]],
    ],
  });
  expect(
    Object.fromEntries(
      [...metadata].map(([key, value]) => [key, 'value' in value ? value.value : value.head]),
    ),
  ).toEqual({
    u8: 255,
    i8: -128,
    u16: 65_535,
    i16: -32_768,
    u32: 4_294_967_295,
    i32: -2_147_483_648,
    f32: 0.5,
    yes: true,
    text: '\ufeffgrüße 🗼',
    u64: 18_446_744_073_709_551_615n,
    i64: -9_223_372_036_854_775_808n,
    f64: 0.1,
    empty: [],
  });
});

test('a long array keeps its head, and the rest is paged from the file', async () => {
  const tokens = Array.from({ length: 5000 }, (_, index) => `token ${index} é`);
  const numbers = Array.from({ length: 5000 }, (_, index) => -index);
  const source = sourceOf(
    build({
      metadata: [
        ['tokens', ['array', 'string', tokens]],
        ['numbers', ['array', 'int32', numbers]],
        ['after', ['string', 'still in step']],
      ],
    }),
  );
  const header = await readHeader(source);
  const [strings, integers] = [header.metadata.get('tokens'), header.metadata.get('numbers')];
  if (strings?.type !== 'array' || integers?.type !== 'array') throw new Error('arrays expected');

  expect(strings).toMatchObject({ items: 'string', length: 5000, head: tokens.slice(0, 1024) });
  expect(integers).toMatchObject({ items: 'int32', length: 5000, byteLength: 20_000 });
  expect(stringOf(header, 'after')).toBe('still in step');
  expect(await readArray(source, strings, 4990, 100)).toEqual(tokens.slice(4990));
  expect(await readArray(source, strings, 0, 3)).toEqual(tokens.slice(0, 3));
  expect(await readArray(source, integers, 2000, 10)).toEqual(numbers.slice(2000, 2010));
  expect(await readArray(source, integers, 9000, 10)).toEqual([]);
});

test('bytes that are not UTF-8 become replacement characters, the others stay', async () => {
  const bytes = build({ metadata: [['token', ['string', 'a#b']]] });
  bytes[bytes.lastIndexOf('#'.charCodeAt(0))] = 0xff;
  expect(stringOf(await readHeader(sourceOf(bytes)), 'token')).toBe('a\ufffdb');
});

test('the alignment that the file asks for is kept', async () => {
  const header = await read({
    alignment: 64,
    metadata: [['general.alignment', ['uint32', 64]]],
    tensors: [
      { name: 'a', ne: [1] },
      { name: 'b', ne: [1] },
    ],
  });
  expect(header.tensors.map(({ offset }) => (offset - header.dataOffset) / 64)).toEqual([0, 1]);
  expect(header.dataOffset % 64).toBe(0);
});

const TWO = [
  { name: 'a', ne: [4] },
  { name: 'b', ne: [4] },
];

test.each<[string, Gguf, string | RegExp]>([
  ['another file', { magic: 'PQ\u0003\u0004' }, 'model.gguf is not a GGUF file (it begins with "PQ??").'],
  ['version 1', { version: 1 }, 'model.gguf is GGUF version 1; only versions 2 and 3 are supported.'],
  ['version 0', { version: 0 }, 'model.gguf is GGUF version 0; only versions 2 and 3 are supported.'],
  [
    'big endian',
    { version: 0x03000000 },
    'model.gguf is a big-endian GGUF file; only little-endian ones are supported.',
  ],
  [
    'a key count that lies',
    { keyCount: 1_000_000n },
    /^model.gguf is truncated: a header of 1000000 keys and 0 tensors/,
  ],
  ['a tensor count that lies', { tensorCount: 1n << 40n }, /^model.gguf is truncated: a header of 0 keys/],
  [
    'a count beyond all numbers',
    { tensorCount: 1n << 63n },
    'model.gguf is damaged: the number of tensors is given as 9223372036854775808.',
  ],
  [
    'a key twice',
    {
      metadata: [
        ['k', ['uint8', 1]],
        ['k', ['uint8', 2]],
      ],
    },
    'model.gguf is damaged: the key "k" occurs twice.',
  ],
  ['an empty key', { metadata: [['', ['uint32', 1]]] }, 'model.gguf is damaged: metadata key 0 is empty.'],
  [
    'a tensor twice',
    {
      tensors: [
        { name: 'a', ne: [4] },
        { name: 'a', ne: [4] },
      ],
    },
    'model.gguf is damaged: tensor "a" occurs twice.',
  ],
  [
    'a long name',
    { tensors: [{ name: 'x'.repeat(64), ne: [4] }] },
    'model.gguf is damaged: the name of tensor 0 claims a length of 64 bytes.',
  ],
  [
    'five dimensions',
    { tensors: [{ name: 'a', ne: [1, 1, 1, 1, 1] }] },
    'model.gguf is damaged: tensor "a" has 5 dimensions; ggml knows at most 4.',
  ],
  [
    'no elements',
    { tensors: [{ name: 'a', ne: [4, 0] }] },
    'model.gguf is damaged: tensor "a" has the shape [4, 0] and so no elements.',
  ],
  [
    'a shape that overflows',
    { tensors: [{ name: 'a', ne: [1n << 40n, 1n << 40n], bytes: 4 }] },
    'model.gguf is damaged: tensor "a" claims the impossible shape [1099511627776, 1099511627776].',
  ],
  [
    'an unknown type',
    { tensors: [{ name: 'a', ne: [32], type: 99 }] },
    'model.gguf has the tensor "a" in type 99, a type this llama.cpp does not know; forks (BitNet, ik_llama.cpp and others) have types of their own, so run the file with the fork that it was made for.',
  ],
  [
    'a removed type',
    { tensors: [{ name: 'a', ne: [32], type: 4 }] },
    'model.gguf has the tensor "a" in type 4 (once Q4_2, which llama.cpp has dropped; quantize the model again), a type this llama.cpp does not know; forks (BitNet, ik_llama.cpp and others) have types of their own, so run the file with the fork that it was made for.',
  ],
  [
    'rows that are no whole blocks',
    { tensors: [{ name: 'a', ne: [33], type: 3 }] },
    'model.gguf is damaged: tensor "a" has rows of 33 elements, not a multiple of the 32 of q4_1.',
  ],
  [
    'an offset out of step',
    {
      tensors: [
        { name: 'a', ne: [4] },
        { name: 'b', ne: [4], offset: 33 },
      ],
    },
    'model.gguf is damaged: tensor "b" begins at byte 33 of the data, which is not a multiple of 32.',
  ],
  [
    'overlapping tensors',
    {
      tensors: [
        { name: 'a', ne: [16] },
        { name: 'b', ne: [4], offset: 32 },
      ],
    },
    'model.gguf is damaged: tensor "b" begins at byte 32 of the data, where it overlaps tensor "a".',
  ],
  [
    'a gap',
    {
      tensors: [
        { name: 'a', ne: [4] },
        { name: 'b', ne: [4], offset: 64 },
      ],
    },
    'model.gguf is damaged: tensor "b" begins at byte 64 of the data, but should follow the one before it at 32.',
  ],
  [
    'data beyond the end',
    { tensors: [{ name: 'a', ne: [1024], bytes: 4 }] },
    /^model.gguf is truncated: tensor "a" needs bytes 64 to 4160, the file has 96\.$/,
  ],
  [
    'an odd alignment',
    { metadata: [['general.alignment', ['uint32', 48]]], tensors: TWO },
    'model.gguf is damaged: general.alignment is 48 (uint32), not a power of two (uint32).',
  ],
  [
    'no alignment',
    { metadata: [['general.alignment', ['uint32', 0]]], tensors: TWO },
    /general.alignment is 0/,
  ],
  [
    'an alignment of another type',
    { metadata: [['general.alignment', ['uint64', 64n]]], tensors: TWO },
    /general.alignment is 64 \(uint64\), not a power of two/,
  ],
  [
    'a negative alignment',
    { metadata: [['general.alignment', ['int32', -32]]], tensors: TWO },
    /general.alignment is -32 \(int32\), not a power of two/,
  ],
  [
    'an alignment in words',
    { metadata: [['general.alignment', ['string', 'x']]] },
    /general.alignment is of type string/,
  ],
])('%s is refused in one sentence', async (_, gguf, message) => {
  const error = await read(gguf).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InputError);
  expect(error).toHaveProperty(
    'message',
    typeof message === 'string' ? message : expect.stringMatching(message),
  );
});

test('unknown value types and arrays of arrays are refused', async () => {
  const bytes = build({ metadata: [['key', ['uint8', 1]]] });
  const typeAt = bytes.length - 5;
  bytes[typeAt] = 77;
  await expect(readHeader(sourceOf(bytes))).rejects.toThrow('the value of "key" is of the unknown type 77');

  const nested = build({ metadata: [['key', ['array', 'uint8', [1, 2, 3]]]] });
  nested[nested.length - 3 - 8 - 4] = 9;
  await expect(readHeader(sourceOf(nested))).rejects.toThrow(
    'model.gguf holds an array of arrays as the value of "key"',
  );
});
