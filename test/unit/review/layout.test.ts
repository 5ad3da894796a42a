import { describe, expect, test } from 'vitest';
import { build, smallModel } from '../gguf/build.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { besideWeights } from './besideWeights.ts';

const it = test.extend(temporaryFolder);
const plain = build(smallModel());
const longer = (bytes: Uint8Array, ...more: number[]) => Uint8Array.from([...bytes, ...more]);
const { metadata, tensors } = smallModel();
const split = (count: number, index: number) =>
  [
    ['split.no', ['uint16', index]],
    ['split.count', ['uint16', count]],
    ['split.tensors.count', ['int32', tensors.length]],
  ] as const;
const parts = [
  build({ metadata: [...metadata, ...split(2, 0)], tensors: tensors.slice(0, 3) }),
  build({ metadata: [...split(2, 1)], tensors: tensors.slice(3) }),
] as const;

describe('bytes that belong to no tensor', () => {
  it('are found behind the last, zeros as well', async ({ folder }) => {
    for (const more of [[1, 2, 3], [0]]) {
      const found = await besideWeights(folder, [plain], [longer(plain, ...more)]);
      expect(found).toMatchObject({ verdict: 'unknown', layout: [] });
      expect(found.hidden).toEqual([
        expect.stringContaining(`The candidate holds ${more.length} bytes after blk.1.ffn_down.weight`),
      ]);
      expect((await besideWeights(folder, [longer(plain, ...more)], [plain])).hidden).toEqual([
        expect.stringContaining('The base holds'),
      ]);
    }
  });

  it('are found in the padding between two and before the first', async ({ folder }) => {
    const padded = build({
      metadata,
      tensors: [
        { name: 'a', ne: [3] },
        { name: 'b', ne: [8] },
      ],
    });
    const places = [
      [padded.length - 33, /between a and b/],
      [padded.length - 65, /between the header and a/],
    ] as const;
    for (const [at, where] of places) {
      const candidate = Uint8Array.from(padded);
      candidate[at] = 7;
      const found = await besideWeights(folder, [padded], [candidate]);
      expect(found).toMatchObject({ verdict: 'unknown', hidden: [expect.stringMatching(where)] });
    }
  });

  it('are found in any part of a split model', async ({ folder }) => {
    for (const index of [0, 1]) {
      const candidate = parts.map((bytes, place) => (place === index ? longer(bytes, 9, 9) : bytes));
      const found = await besideWeights(folder, parts, candidate);
      expect(found).toMatchObject({ verdict: 'unknown', hidden: [expect.stringMatching(/2 bytes after/)] });
    }
    expect(await besideWeights(folder, parts, parts)).toMatchObject({ verdict: 'identical', hidden: [] });
  });

  it('are none where both hold the same', async ({ folder }) => {
    const both = [longer(plain, 5)];
    expect(await besideWeights(folder, both, both)).toMatchObject({ verdict: 'identical', hidden: [] });
  });
});

describe('a model that is written in another way', () => {
  const cases = [
    [
      'with its keys in another order',
      [build({ metadata: metadata.toReversed(), tensors })],
      /keys .* order/,
    ],
    [
      'with its tensors in another order',
      [build({ metadata, tensors: tensors.toReversed() })],
      /tensors .* order/,
    ],
    ['in an older version', [build({ metadata, tensors, version: 2 })], /version of GGUF is 3 .* and 2/],
    [
      'with another alignment',
      [build({ metadata: [...metadata, ['general.alignment', ['uint32', 64]]], tensors, alignment: 64 })],
      /alignment of tensors is 32 .* and 64/,
    ],
    ['in parts', parts, /one file, the candidate 2 files/],
    [
      'with dimensions of 1',
      [build({ metadata, tensors: tensors.map((tensor) => ({ ...tensor, ne: [...tensor.ne, 1] })) })],
      /header is written in another way/,
    ],
  ] as const;

  it.for(cases)('%s', async ([, candidate, sentence], { folder }) => {
    const found = await besideWeights(folder, [plain], candidate);
    expect(found).toMatchObject({ verdict: 'layout', metadata: [], hidden: [] });
    expect(found.layout).toEqual([expect.stringMatching(sentence)]);
    expect(found.evidence.join(' ')).toMatch(sentence);
  });

  it('ends without its last padding', async ({ folder }) => {
    const short = build({ metadata, tensors: [{ name: 'a', ne: [3] }] });
    const found = await besideWeights(folder, [short], [short.subarray(0, short.length - 20)]);
    expect(found).toMatchObject({
      verdict: 'layout',
      layout: [expect.stringMatching(/without the padding/)],
    });
  });
});
