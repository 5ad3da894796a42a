import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loraFactors } from '../../../src/engine/editing/patches/loraFactors.ts';

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
