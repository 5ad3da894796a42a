import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Label } from '../../../src/engine/cache/label.ts';
import { writeMatrices } from '../../../src/engine/cache/matrices.ts';
import { cacheFile, layerCovariance } from '../../../src/engine/editing/keys/covarianceCache.ts';
import { keysOfText } from '../../../src/engine/editing/keys/keyText.ts';
import { locate } from '../../../src/engine/editing/keys/lookup.ts';
import { CovarianceAccumulator } from '../../../src/engine/editing/session/covariance.ts';
import { TokenBatch } from '../../../src/engine/llama/batch.ts';
import { Context } from '../../../src/engine/llama/context.ts';
import { Model } from '../../../src/engine/llama/model.ts';
import { PackedSymmetric } from '../../../src/engine/numeric/packedSymmetric.ts';
import { solveOne } from '../../../src/engine/numeric/solver.ts';
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
    const { solver, samples } = await accumulator.finish(ridge);
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
      const solved = await solveOne(solver, unit);
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
    expect(a && sameBytes(a.solver.matrix.data, b.solver.matrix.data)).toBe(true);
    a?.solver[Symbol.dispose]();
    b.solver[Symbol.dispose]();
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
    const [x, y] = [await solveOne(second.solver, b), await solveOne(first.solver, b)];
    expect(sameBytes(x, y)).toBe(true);
  });

  describe('that was kept', () => {
    const settings = { samples: 2, ridge: 1e-3 };
    // what is said of a file is said once, so that each case has a layer of its own
    const matrices: [what: string, layer: number, diagonal: number][] = [
      ['a negative diagonal', 4, -1],
      ['something that is no number', 5, Number.NaN],
    ];
    const work = () => {
      const warned: string[] = [];
      return { warned, warn: (text: string) => void warned.push(text) };
    };
    /** The file of this layer's covariance, computed if need be, and nothing of it in memory. */
    async function kept(layer = 3) {
      const { session, folder } = opened;
      const source = { cacheFolder: folder };
      session.covariances.clear();
      const covariance = await layerCovariance(session, layer, settings, source);
      const place = await cacheFile('covariance', session, layer, settings, source, {});
      session.covariances.clear();
      const read = async (own: ReturnType<typeof work>) => {
        const again = await layerCovariance(session, layer, settings, source, own);
        expect(sameBytes(again.solver.matrix.data, covariance.solver.matrix.data)).toBe(true);
      };
      return { ...place, session, read };
    }

    it.each(matrices)('with %s is not used, and made anew', async (_, layer, odd) => {
      const { file, session, read, madeFrom, about } = await kept(layer);
      const label = { about, madeFrom, numbers: { samples: 5000, condition: 1 } };
      const data = diagonal(1024, (i) => (i === 7 ? odd : 1));
      const contents = [
        { name: 'covariance', ne: [data.length], data },
        { name: 'factor', ne: [data.length], data: Float32Array.from(data) },
      ];
      await writeMatrices(session.model.runtime, file, { kind: 'covariance', label }, contents);
      const own = work();
      await read(own);
      expect(own.warned).toEqual([expect.stringMatching(/is not positive definite/)]);
    });

    it('of another shape, layer or model is not used, and made anew', async () => {
      const { file, session, read, madeFrom, about } = await kept();
      const matrix = { name: 'covariance', ne: [36], data: diagonal(8, () => 1) };
      const numbers = { samples: 5000, condition: 1 };
      const write = (label: Label) =>
        writeMatrices(session.model.runtime, file, { kind: 'covariance', label }, [matrix]);
      const own = work();
      await write({ about, madeFrom, numbers });
      await read(own);
      session.covariances.clear();
      await write({ about, madeFrom: [...madeFrom.slice(0, 2), 4, ...madeFrom.slice(3)], numbers });
      await read(own);
      expect(own.warned).toEqual([
        expect.stringMatching(/is of another shape/),
        expect.stringMatching(/was made from something else/),
      ]);
    });

    it.each([
      [
        'one bit that fell over',
        (bytes: Buffer) => bytes.fill((bytes.at(-9) ?? 0) ^ 1, bytes.length - 9, bytes.length - 8),
      ],
      ['an end that is missing', (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1)],
      ['nothing in it', () => Buffer.alloc(0)],
      ['something else in it', () => Buffer.from('no covariance')],
    ])('with %s is said to be damaged, and made anew', async (_, damage) => {
      const { file, read } = await kept();
      await writeFile(file, damage(await readFile(file)));
      const own = work();
      await read(own);
      expect(own.warned).toEqual([expect.stringMatching(/which was kept, is damaged/)]);
    });
  });

  it('goes on without a cache that cannot be written', async () => {
    const place = path.join(opened.folder, 'file');
    await writeFile(place, '');
    const warned: string[] = [];
    const work = { warn: (text: string) => void warned.push(text) };
    const source = { cacheFolder: path.join(place, 'cache') };
    opened.session.covariances.clear();
    const first = await layerCovariance(opened.session, 0, { samples: 2, ridge: 1e-3 }, source, work);
    const second = await layerCovariance(opened.session, 0, { samples: 2, ridge: 1e-3 }, source, work);
    expect(second).toBe(first);
    expect(warned).toEqual([expect.stringContaining(place)]);
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

function diagonal(n: number, value: (i: number) => number): Float64Array {
  const matrix = new PackedSymmetric(n);
  for (let i = 0; i < n; i++) matrix.row(i)[i] = value(i);
  return matrix.data;
}

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
        const { tokens, lookup } = locate(model, { prompt, subject });
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
      const { tokens, lookup } = locate(model, twice, 'One says. {}');
      expect(tokenizer.text(tokens.slice(0, lookup + 1)).trimStart()).toBe('One says. The Tower');
      expect(() => locate(model, { prompt: 'The Louvre is in', subject: 'Eiffel Tower' })).toThrow(
        /does not occur/,
      );
    },
  );
});
