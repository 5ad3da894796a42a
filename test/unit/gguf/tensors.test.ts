import { describe, expect, it } from 'vitest';
import { readHeader } from '../../../src/engine/gguf/header.ts';
import { build, type Gguf, sourceOf, type Tensor } from './build.ts';

/** Tensor descriptions on both sides of each bound that the reader sets. */

async function read(gguf: Gguf, cut = 0) {
  const bytes = build(gguf);
  return await readHeader(sourceOf(bytes.subarray(0, bytes.length - cut)));
}

const one = (tensor: Partial<Tensor>): Gguf => ({ tensors: [{ name: 'w', ne: [8], ...tensor }] });

describe('where tensors lie', () => {
  it('each begins behind the one before it, padded to the alignment, and ends with its bytes', async () => {
    const tensors = [
      { name: 'a', ne: [3] },
      { name: 'b', ne: [8, 2] },
      { name: 'c', ne: [5] },
    ];
    for (const alignment of [32, 64]) {
      const metadata: Gguf['metadata'] = [['general.alignment', ['uint32', alignment]]];
      const { dataOffset, tensors: placed } = await read({ tensors, alignment, metadata });
      expect(dataOffset % alignment).toBe(0);
      expect(placed.map(({ offset, byteLength }) => [offset - dataOffset, byteLength])).toEqual([
        [0, 12],
        [alignment, 64],
        [alignment + 64, 20],
      ]);
    }
  });

  it('the last one may end with the file, and not a byte behind it', async () => {
    // 12 bytes of data, padded to 32
    const gguf = one({ ne: [3] });
    const { tensors, dataOffset } = await read(gguf, 20);
    expect(tensors[0]).toMatchObject({ offset: dataOffset, byteLength: 12 });
    await expect(read(gguf, 21)).rejects.toThrow(
      `tensor "w" needs bytes ${dataOffset} to ${dataOffset + 12}, the file has ${dataOffset + 11}.`,
    );
  });

  it('without tensors the data begin where the header ends', async () => {
    const metadata: Gguf['metadata'] = [['k', ['uint8', 1]]];
    const { dataOffset, fileSize } = await read({ metadata });
    expect(dataOffset).toBe(fileSize);
  });

  it.each([
    [16, /begins at byte 16 of the data, which is not a multiple of 32/],
    [0, /begins at byte 0 of the data, where it overlaps tensor "a"/],
    [64, /begins at byte 64 of the data, but should follow the one before it at 32/],
  ])('a second one at byte %i is refused', async (offset, reason) => {
    await expect(
      read({
        tensors: [
          { name: 'a', ne: [8] },
          { name: 'b', ne: [8], offset },
        ],
      }),
    ).rejects.toThrow(reason);
  });
});

describe('what tensors are', () => {
  it('a name has at most 63 bytes', async () => {
    expect((await read(one({ name: 'x'.repeat(63) }))).tensors[0]?.name).toHaveLength(63);
    await expect(read(one({ name: 'x'.repeat(64) }))).rejects.toThrow(/the name of tensor 0/);
  });

  it('at most four dimensions, none of them 0', async () => {
    expect((await read(one({ ne: [2, 1, 2, 2] }))).tensors[0]).toMatchObject({
      ne: [2, 1, 2, 2],
      elements: 8,
      byteLength: 32,
    });
    await expect(read(one({ ne: [2, 1, 1, 1, 1] }))).rejects.toThrow(
      /has 5 dimensions; ggml knows at most 4/,
    );
    await expect(read(one({ ne: [8, 0], bytes: 0 }))).rejects.toThrow(
      /has the shape \[8, 0\] and so no elements/,
    );
  });

  it('no dimension at all is one element', async () => {
    expect((await read(one({ ne: [] }))).tensors[0]).toMatchObject({ elements: 1, byteLength: 4 });
  });

  it('no more elements than can be counted', async () => {
    await expect(read(one({ ne: [2 ** 30, 2 ** 30], bytes: 0 }))).rejects.toThrow(
      /claims the impossible shape \[1073741824, 1073741824\]/,
    );
  });

  it.each([
    [2, 'q4_0', 32, 18],
    [8, 'q8_0', 32, 34],
    [12, 'q4_K', 256, 144],
  ])('rows of type %i (%s) are made of blocks of %i', async (type, name, block, size) => {
    const { tensors } = await read(one({ ne: [2 * block, 3], type, bytes: 6 * size }));
    expect(tensors[0]).toMatchObject({ type: { name }, byteLength: 6 * size });
    await expect(read(one({ ne: [block + 1, 3], type }))).rejects.toThrow(
      `has rows of ${block + 1} elements, not a multiple of the ${block} of ${name}`,
    );
  });

  it('each name occurs once', async () => {
    await expect(
      read({
        tensors: [
          { name: 'a', ne: [8] },
          { name: 'a', ne: [8] },
        ],
      }),
    ).rejects.toThrow(/tensor "a" occurs twice/);
  });
});
