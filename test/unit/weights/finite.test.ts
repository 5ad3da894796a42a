import { expect, it } from 'vitest';
import { GGML_TYPES } from '../../../src/engine/gguf/types.ts';
import { allFinite, areFinite, expectFinite } from '../../../src/engine/weights/finite.ts';
import { floatRuntime } from '../editing/floatRuntime.ts';
import { sourceOf } from '../gguf/build.ts';

const typeOf = (id: number) => {
  const type = GGML_TYPES.get(id);
  if (type === undefined) throw new Error(`no type ${id}`);
  return type;
};
const f32 = typeOf(0);
/** Values that are looked at together. */
const piece = 1 << 20;

it('large and small numbers are finite, NaN and infinity are not', () => {
  expect(allFinite(Float32Array.of(3.4e38, -3.4e38, 1e-45, -0))).toBe(true);
  expect(allFinite(new Float32Array())).toBe(true);
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    for (const at of [0, 1, 2]) {
      const values = Float64Array.of(1, 2, 3);
      values[at] = value;
      expect(allFinite(values)).toBe(false);
    }
  }
});

it.each([0, piece - 1, piece, 2 * piece - 1, 2 * piece, 2 * piece + 4])(
  'a value is found wherever it stands: %s',
  async (at) => {
    const values = new Float32Array(2 * piece + 5);
    const bytes = new Uint8Array(values.buffer);
    expect(await areFinite(floatRuntime, { type: f32 }, bytes)).toBe(true);
    values[at] = Number.NaN;
    expect(await areFinite(floatRuntime, { type: f32 }, bytes)).toBe(false);

    const source = sourceOf(bytes, 'patch.gguf');
    const tensor = (name: string, first: number, elements: number) => ({
      ...{ name, type: f32, ne: [elements], elements, part: 0 },
      ...{ offset: 4 * first, byteLength: 4 * elements },
    });
    const all = expectFinite(floatRuntime, source, [tensor('all', 0, values.length)]);
    await expect(all).rejects.toThrow(
      'patch.gguf is damaged: all holds values that are not finite (NaN or infinity).',
    );
    // no piece is read twice, and nothing beyond the tensor
    source.requested = 0;
    const around = [tensor('before', 0, at), tensor('behind', at + 1, values.length - at - 1)];
    await expectFinite(
      floatRuntime,
      source,
      around.filter(({ elements }) => elements > 0),
    );
    expect(source.requested).toBe(bytes.length - 4);
  },
);

it('integers always are', async () => {
  const bytes = new Uint8Array(8).fill(0xff);
  for (const id of [24, 25, 26, 27]) {
    expect(await areFinite(floatRuntime, { type: typeOf(id) }, bytes)).toBe(true);
  }
});

it('stops when it is cancelled', async () => {
  const checking = areFinite(floatRuntime, { type: f32 }, new Uint8Array(8), AbortSignal.abort());
  await expect(checking).rejects.toThrow('canceled');
});
