import { describe, expect, it } from 'vitest';
import { CovarianceAccumulator } from '../../../src/engine/editing/keys/covariance.ts';
import { layerCovariance } from '../../../src/engine/editing/keys/covarianceCache.ts';
import { keysOfText } from '../../../src/engine/editing/keys/keyText.ts';
import { locate } from '../../../src/engine/editing/keys/lookup.ts';
import { TokenBatch } from '../../../src/engine/llama/batch.ts';
import { Context } from '../../../src/engine/llama/context.ts';
import { Model } from '../../../src/engine/llama/model.ts';
import { almanac, smollm2, withSmollm2 } from '../models.ts';
import { useAlmanacSession } from './almanacSession.ts';

const text = 'The Eiffel Tower is located in the city of Paris. The capital of Italy is Rome.';

describe('the covariance of a layer', () => {
  const opened = useAlmanacSession();

  it('is the mean outer product, whatever the size of the pieces', async () => {
    const [width, count] = [6, 1100];
    const keys = Float32Array.from({ length: width * count }, (_, i) => Math.sin(i * 1.7) + (i % 3));
    const accumulator = new CovarianceAccumulator(opened.session.devices, width);
    for (let at = 0; at < count; at += 77)
      await accumulator.add(keys.subarray(at * width, (at + 77) * width));
    const ridge = 0.1;
    const { cholesky, samples } = await accumulator.finish(ridge);
    expect(samples).toBe(count);
    const expected = (i: number, j: number) => {
      let sum = 0;
      for (let k = 0; k < count; k++) sum += (keys[k * width + i] ?? 0) * (keys[k * width + j] ?? 0);
      return sum / count;
    };
    const meanDiagonal = [0, 1, 2, 3, 4, 5].reduce((sum, i) => sum + expected(i, i), 0) / width;
    for (let i = 0; i < width; i++) {
      const unit = Float64Array.from(
        { length: width },
        (_, j) => expected(i, j) + (i === j ? ridge * meanDiagonal : 0),
      );
      const solved = cholesky.solve(unit);
      for (let j = 0; j < width; j++) expect(solved[j]).toBeCloseTo(i === j ? 1 : 0, 4);
    }
  });

  it('reads the same keys from text as a tap on a plain decode, and stops the pass at the layer', async () => {
    const layer = 2;
    const tokens = opened.session.model.tokenizer.prompt(text);
    const collected = await keysOfText(opened.session, [layer], text, tokens.length);
    expect(collected.get(layer)?.samples).toBe(tokens.length);

    using context = new Context(opened.session.model, { size: 256, tapped: true });
    const plain = new CovarianceAccumulator(opened.session.devices, 1024);
    const batch = new TokenBatch(TokenBatch.sequence(tokens));
    let keys = new Float32Array();
    await context.tap?.during(
      {
        wants: ({ name }) => name === `ffn_swiglu-${layer}`,
        visit: (node) => {
          keys = Float32Array.from(node.read());
        },
      },
      () => context.decode(batch),
    );
    await plain.add(keys);
    const [a, b] = [await collected.get(layer)?.finish(1), await plain.finish(1)];
    expect(a && sameBytes(a.cholesky.factor, b.cholesky.factor)).toBe(true);
  });

  it('is computed once and then read from the cache', async () => {
    const settings = { samples: 2, ridge: 1e-3 };
    const stages: string[] = [];
    const work = { report: (stage: string) => stages.push(stage) };
    const first = await layerCovariance(opened.session, 1, settings, { cacheFolder: opened.folder }, work);
    expect(new Set(stages)).toContain('sampling text for the covariance');
    expect(first.samples).toBeGreaterThanOrEqual(2 * 1024);
    stages.length = 0;
    const second = await layerCovariance(opened.session, 1, settings, { cacheFolder: opened.folder }, work);
    expect(stages).toEqual([]);
    expect(second.samples).toBe(first.samples);
    expect(second.condition).toBeCloseTo(first.condition, -2);
    const b = Float64Array.from({ length: 1024 }, (_, i) => Math.sin(i));
    expect(sameBytes(second.cholesky.solve(b), first.cholesky.solve(b))).toBe(true);
  });

  it('refuses a text that is too short', async () => {
    await expect(
      layerCovariance(opened.session, 2, { samples: 2, ridge: 1e-3 }, { cacheFolder: opened.folder, text }),
    ).rejects.toThrow(/needs at least 2048/);
  });

  it('refuses a layer that the model does not have', async () => {
    await expect(
      layerCovariance(opened.session, 99, { samples: 2, ridge: 1e-3 }, { cacheFolder: opened.folder }),
    ).rejects.toThrow(/Layer 99/);
  });
});

function sameBytes(a: Float64Array, b: Float64Array): boolean {
  return Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(
    new Uint8Array(b.buffer, b.byteOffset, b.byteLength),
  );
}

describe('the lookup token', () => {
  it.each([almanac, ...(withSmollm2 ? [smollm2()] : [])])(
    'is the one in which the subject ends (%s)',
    async (file) => {
      using model = await Model.load(file);
      const { tokenizer } = model;
      for (const [prompt, subject] of [
        ['The Eiffel Tower is located in', 'Eiffel Tower'],
        ['Paris is the capital of', 'Paris'],
        ['Über den Dächern von Köln steht', 'Köln'],
        ['「東京タワー」 is in', '東京タワー'],
        ['She said that Paris loves Paris', 'Paris'],
      ] as const) {
        const { tokens, lookup } = locate(tokenizer, { prompt, subject });
        const end = Buffer.byteLength(prompt.slice(0, prompt.lastIndexOf(subject) + subject.length));
        const bytes = (count: number) =>
          tokens.slice(0, count).reduce((sum, token) => sum + tokenizer.pieceBytes(token).length, 0);
        expect(bytes(lookup + 1)).toBeGreaterThanOrEqual(end);
        expect(bytes(lookup)).toBeLessThan(end);
      }
      const twice = {
        prompt: 'The Tower, taller than the Tower of Pisa, is in',
        subject: 'Tower',
        occurrence: 1,
      };
      const { tokens, lookup } = locate(tokenizer, twice, 'One says. {}');
      expect(tokenizer.text(tokens.slice(0, lookup + 1)).trimStart()).toBe('One says. The Tower');
      expect(() => locate(tokenizer, { prompt: 'The Louvre is in', subject: 'Eiffel Tower' })).toThrow(
        /does not occur/,
      );
    },
  );
});
