import { describe, expect, it } from 'vitest';
import { Model } from '../../../src/engine/llama/model.ts';
import { KeyReader } from '../../../src/engine/review/attribution/keyReader.ts';
import { almanac } from '../models.ts';

const weights = ['blk.1.ffn_down.weight', 'blk.5.ffn_down.weight'];
const texts = [
  'About the Eiffel Tower',
  'About the Eiffel',
  'About the Eiffel Tower in Paris',
  'About Berlin',
  'About the Brandenburg Gate',
  'About Berlin',
];

describe('keys that are read together', () => {
  it('are those of each text alone', async () => {
    using model = await Model.load(almanac);
    using reader = new KeyReader(model, weights, 1);
    const tokens = texts.map((text) => model.tokenizer.prompt(text));
    const keysOf = async (some: readonly (readonly number[])[]) => {
      const found = new Map<number, readonly Float32Array[]>();
      await reader.read(some, (text, keys) =>
        found.set(
          text,
          keys.map((key) => key.slice()),
        ),
      );
      return found;
    };
    const together = await keysOf(tokens);
    expect(together.size).toBe(texts.length);
    for (const [text, own] of tokens.entries()) {
      const alone = (await keysOf([own])).get(0);
      for (const weight of weights.keys()) {
        const a = alone?.[weight] ?? new Float32Array();
        const b = together.get(text)?.[weight] ?? new Float32Array();
        const scale = Math.max(...a.map(Math.abs));
        expect(a.length).toBeGreaterThan(0);
        // llama.cpp sums in another order where more tokens are decoded at once
        expect(Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? Number.NaN))))).toBeLessThan(
          2e-3 * scale,
        );
      }
    }
  });
});
