import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loraFactors } from '../../../src/engine/editing/patches/loraFactors.ts';
import { loraTensors } from '../../../src/engine/editing/patches/loraTensors.ts';

const [height, width] = [3, 4];
const numbers = (length: number) =>
  fc
    .array(fc.integer({ min: -8, max: 8 }), { minLength: length, maxLength: length })
    .map((values) => Float64Array.from(values));
const update = fc.record({ left: numbers(height), right: numbers(width) });

test('the factors multiply to the sum of the updates, and have no more ranks than rows', () => {
  fc.assert(
    fc.property(fc.array(update, { minLength: 1, maxLength: 9 }), (updates) => {
      const { rank, a, b } = loraFactors(updates);
      expect(rank).toBe(Math.min(updates.length, height));
      for (let i = 0; i < height; i++) {
        for (let j = 0; j < width; j++) {
          const sum = updates.reduce((x, { left, right }) => x + (left[i] ?? 0) * (right[j] ?? 0), 0);
          let product = 0;
          for (let r = 0; r < rank; r++) product += (b[i * rank + r] ?? 0) * (a[r * width + j] ?? 0);
          expect(product).toBe(sum);
        }
      }
    }),
  );
});

describe('the tensors of an adapter', () => {
  const [left, right] = [Float64Array.of(1, 2, 3), Float64Array.of(4, 5)];
  const own = { left, right };

  test('stand layer by layer, weight by weight, all updates of one together', () => {
    const tensors = loraTensors([
      { layer: 7, ...own },
      { layer: 2, ...own },
      { layer: 7, part: 'attn_q', ...own },
      { layer: 2, ...own },
    ]);
    expect(tensors.map(({ name, type, ne }) => [name, type, ne])).toEqual([
      ['blk.2.ffn_down.weight.lora_a', 0, [2, 2]],
      ['blk.2.ffn_down.weight.lora_b', 0, [2, 3]],
      ['blk.7.ffn_down.weight.lora_a', 0, [2, 1]],
      ['blk.7.ffn_down.weight.lora_b', 0, [1, 3]],
      ['blk.7.attn_q.weight.lora_a', 0, [2, 1]],
      ['blk.7.attn_q.weight.lora_b', 0, [1, 3]],
    ]);
  });

  test('carry the rank, which llama.cpp divides by', () => {
    const [a, b] = loraTensors(
      [
        { layer: 0, ...own },
        { layer: 0, left: right, right: left.subarray(0, 2) },
      ].map((update) => ({ ...update, left: Float64Array.of(1, 2, 3) })),
    );
    expect(a?.data).toEqual(Float32Array.of(4, 5, 1, 2));
    expect(b?.data).toEqual(Float32Array.of(2, 2, 4, 4, 6, 6));
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, -1e39])('are never %s', (value) => {
    const bad = Float64Array.of(1, value);
    for (const update of [
      { left, right: bad },
      { left: bad, right },
    ]) {
      expect(() => loraTensors([{ layer: 3, ...update }])).toThrow(
        'The change of blk.3.ffn_down.weight came out with values that are not finite',
      );
    }
  });
});
