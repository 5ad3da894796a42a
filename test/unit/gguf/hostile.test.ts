import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CancelledError, HumanError, InputError } from '../../../src/engine/errors.ts';
import { readHeader } from '../../../src/engine/gguf/header.ts';
import { expectAdapter, expectModel } from '../../../src/engine/gguf/kind.ts';
import { peakOf } from '../peakMemory.ts';
import { build, endlessSource, smallModel, sourceOf } from './build.ts';

const MB = 1 << 20;
const valid = build(smallModel());

/** Reads and judges; anything but a sentence for people is a failure. */
async function survives(bytes: Uint8Array): Promise<void> {
  const source = sourceOf(bytes);
  try {
    const header = await readHeader(source);
    for (const { offset, byteLength } of header.tensors)
      expect(offset + byteLength).toBeLessThanOrEqual(bytes.length);
    expectModel(header);
    expectAdapter(header);
  } catch (error) {
    if (!(error instanceof HumanError)) throw error;
    expect(error.message).toMatch(/^model\.gguf .*\.$/su);
  }
  expect(source.requested).toBeLessThanOrEqual(2 * bytes.length);
}

test('a file that ends after any of its bytes is said to be truncated', async () => {
  for (let length = 0; length < valid.length; length++) {
    const error = await readHeader(sourceOf(valid.subarray(0, length))).catch((thrown: unknown) => thrown);
    if (error instanceof InputError) expect(error.message).toMatch(/is (empty|truncated|not a GGUF file)/);
    else
      expect(length, 'only the padding behind the last tensor may be missing').toBeGreaterThanOrEqual(
        valid.length - 32,
      );
  }
});

test('arbitrary bytes behind the magic never crash the reader', async () => {
  const head = fc.constantFrom(
    [0x47, 0x47, 0x55, 0x46, 3, 0, 0, 0],
    [0x47, 0x47, 0x55, 0x46, 2, 0, 0, 0],
    [],
  );
  await fc.assert(
    fc.asyncProperty(head, fc.uint8Array({ maxLength: 512 }), async (begin, rest) => {
      await survives(new Uint8Array([...begin, ...rest]));
    }),
    { numRuns: 2000 },
  );
});

test('mutations of a valid file never crash the reader', async () => {
  const mutation = fc.record({
    at: fc.nat(valid.length - 1),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 4 }), async (mutations) => {
      const bytes = valid.slice();
      for (const { at, bytes: changed } of mutations) bytes.set(changed.subarray(0, bytes.length - at), at);
      await survives(bytes);
    }),
    { numRuns: 2000 },
  );
});

test('every 64-bit field replaced by a huge number is refused', async () => {
  for (let at = 8; at + 8 <= valid.length; at++) {
    for (const lie of [(1n << 64n) - 1n, 1n << 62n, 1n << 53n, (1n << 32n) - 1n]) {
      const bytes = valid.slice();
      new DataView(bytes.buffer).setBigUint64(at, lie, true);
      await survives(bytes);
    }
  }
});

const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const text = 'é'.repeat(100_000);

test.each<[string, () => Uint8Array]>([
  ['keys', () => build({ metadata: many(80_000, (index) => [`key ${index} `, ['uint8', 1]]) })],
  [
    'long keys',
    () => build({ metadata: many(1000, (index) => [`${index} ${text.slice(0, 32_000)}`, ['uint8', 1]]) }),
  ],
  ['strings', () => build({ metadata: many(300, (index) => [`key ${index}`, ['string', text]]) })],
  ['one token', () => build({ metadata: [['key', ['array', 'string', ['é'.repeat(9 * MB)]]]] })],
  [
    'arrays of strings',
    () =>
      build({
        metadata: many(4, (index) => [
          `key ${index}`,
          ['array', 'string', many(300, () => text.slice(0, 25_000))],
        ]),
      }),
  ],
  [
    'arrays of numbers',
    () =>
      build({
        metadata: many(600, (index) => [`key ${index}`, ['array', 'uint64', many(1024, () => 1n << 63n)]]),
      }),
  ],
  [
    'tensors',
    () =>
      build({
        tensors: many(80_000, (index) => ({
          name: `blk.${index}.${'x'.repeat(40)}`,
          ne: [1, 1, 1, 1],
          offset: 32 * index,
          bytes: 0,
        })),
      }),
  ],
])('a header of nothing but %s takes less than 64 MB before it is refused', async (_, make) => {
  const source = sourceOf(make());
  const peak = await peakOf(async (sample) => {
    const watched = {
      ...source,
      async read(offset: number, length: number) {
        const bytes = await source.read(offset, length);
        await sample();
        return bytes;
      },
    };
    await expect(readHeader(watched)).rejects.toThrow(
      /would take more than 16 MB|claims a length of 18874368 bytes/,
    );
    await sample();
  });
  expect(peak).toBeLessThan(64 * MB);
});

test('what is within bounds but large stays below 64 MB too', async () => {
  const source = sourceOf(build({ metadata: [['template', ['string', `${'a'.repeat(15 * MB)}🗼`]]] }));
  let kept: unknown;
  const peak = await peakOf(async (sample) => {
    kept = await readHeader(source);
    await sample();
  });
  expect(kept).toBeDefined();
  expect(peak).toBeLessThan(64 * MB);
});

test('a batch of wrong files leaves nothing behind', async () => {
  const batch = () => Promise.all(many(200, (index) => survives(valid.subarray(0, index * 3))));
  await batch();
  const left = await peakOf(async (sample) => {
    for (let round = 0; round < 20; round++) await batch();
    await sample();
  });
  expect(left).toBeLessThan(4 * MB);
});

test('a string array that fills a huge file is walked only as far as its bytes are true, and can be cancelled', async () => {
  const start = build({ keyCount: 1n, metadata: [] });
  const key = build({ metadata: [['key', ['array', 'string', []]]] }).slice(start.length);
  const header = new Uint8Array([...start, ...key]);
  new DataView(header.buffer).setBigUint64(header.length - 8, BigInt(2 ** 40), true);

  const lying = endlessSource(header, 2 ** 30, () => {});
  await expect(readHeader(lying)).rejects.toThrow(
    /huge.gguf is truncated: .* an array of 1099511627776 items/,
  );
  expect(lying.requested).toBeLessThanOrEqual(MB);

  new DataView(header.buffer).setBigUint64(header.length - 8, BigInt(2 ** 36), true);
  const stop = new AbortController();
  const filled = endlessSource(header, 2 ** 40, (offset) => {
    if (offset > 8 * MB) stop.abort();
  });
  await expect(readHeader(filled, { signal: stop.signal })).rejects.toThrow(CancelledError);
  expect(filled.requested).toBeLessThanOrEqual(16 * MB);
});

test('a vocabulary of 262144 tokens and 500000 merges is walked in a few reads', async () => {
  const bytes = build({
    metadata: [
      ['tokens', ['array', 'string', many(262_144, (index) => `tok${index}`)]],
      ['merges', ['array', 'string', many(500_000, (index) => `a ${index}`)]],
      ['end', ['bool', true]],
    ],
  });
  const source = sourceOf(bytes);
  const { metadata } = await readHeader(source);
  expect(metadata.get('end')).toEqual({ type: 'bool', value: true });
  // pieces of a megabyte, but for the first four, which together have one
  expect(source.reads).toBeLessThanOrEqual(Math.ceil(bytes.length / MB) + 4);
  expect(source.requested).toBeLessThanOrEqual(bytes.length + source.reads * 64);
});
