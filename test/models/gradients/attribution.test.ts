import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import type { GradientAttribution, LensVector } from '../../../src/protocol/gradientAttribution.ts';
import { STREAMS } from '../../../src/protocol/streams.ts';
import { eiffel } from '../editing/eiffel.ts';
import { almanac } from '../models.ts';

describe('an answer of the embedded model, accounted for', () => {
  let engine: Engine;
  let plain: GradientAttribution;
  let patched: GradientAttribution;
  const asked = { model: almanac, prompt: eiffel.prompt };
  beforeAll(async () => {
    engine = new Engine({ threads: 1 });
    plain = await engine.attribute({ ...asked, lens: ['London'] });
    patched = await engine.attribute({ ...asked, subject: eiffel.subject, samples: 4 });
  });
  afterAll(() => engine[Symbol.dispose]());

  it('is the one that the model gives', () => {
    expect(plain.answer.token).toBe(' Paris');
    expect(plain.probability).toBeGreaterThan(0.95);
    expect(plain.subject).toBeNull();
    for (const stream of STREAMS) {
      expect(plain.attributed[stream]).toHaveLength(plain.layers);
      for (const row of plain.attributed[stream]) expect(row).toHaveLength(plain.tokens.length);
    }
  });

  it('comes of what MLPs and attention add, not of the length of the last states', () => {
    // the final norm divides by the length: a state moved along itself changes nothing
    for (const product of plain.attributed.residual.at(-1) ?? [])
      expect(Math.abs(product)).toBeLessThan(1e-2);
    expect(Math.max(...plain.attributed.mlp.flat().map(Math.abs))).toBeGreaterThan(0.1);
    expect(Math.max(...plain.attributed.attention.flat().map(Math.abs))).toBeGreaterThan(0.1);
  });

  it('is that of another token where one is named', async () => {
    const other = await engine.attribute({ ...asked, target: 'London' });
    expect(other.answer.token).toBe(' London');
    expect(other.probability).toBeLessThan(0.01);
    expect(other.attributed.mlp).not.toEqual(plain.attributed.mlp);
  });

  it('is traced to first order by drowning the subject: strongest where the causal trace has it', async () => {
    const traced = await engine.trace({ ...asked, subject: eiffel.subject, samples: 4, window: 1 });
    expect(patched.subject).toMatchObject(traced.subject);
    // the very same noise
    expect(patched.subject?.noise).toBe(traced.noise);
    expect(patched.subject?.corrupted).toBeCloseTo(traced.corrupted, 3);
    const strongest = (rows: readonly (readonly number[])[]) => {
      const cells = rows.flatMap((row, layer) =>
        row.slice(0, traced.subject.last + 1).map((effect, token) => ({ layer, token, effect })),
      );
      const { layer, token } = cells.reduce((most, cell) => (cell.effect > most.effect ? cell : most));
      return { layer, token };
    };
    expect(strongest(patched.attributed.mlp)).toEqual(strongest(traced.indirect.mlp));
    for (const stream of STREAMS) {
      for (const row of patched.attributed[stream])
        for (const effect of row.slice(0, traced.subject.first)) expect(effect).toBe(0);
    }
  });

  it('is what the Jacobian lens reads, and other answers are not', () => {
    const { vectors = [], positions } = plain.lens ?? {};
    expect(positions).toBeGreaterThan(100);
    expect(vectors.map(({ token }) => token)).toEqual([' Paris', ' London']);
    const end = ({ raised }: LensVector) => raised.map((row) => row.at(-1) ?? Number.NaN);
    const [paris = [], london = []] = vectors.map(end);
    for (const [layer, height] of paris.entries()) {
      if (layer >= plain.layers / 2) expect(height).toBeGreaterThan(london[layer] ?? Number.NaN);
    }
    // the nearer to the end, the more is known there
    expect(paris.at(-1)).toBeGreaterThan(paris[0] ?? Number.NaN);
  });

  it('refuses a subject that is not there, and more tokens than a pass takes', async () => {
    await expect(engine.attribute({ ...asked, subject: 'Louvre' })).rejects.toThrow(/does not occur/);
    const long = { ...asked, prompt: 'word '.repeat(600), target: 'Paris' };
    await expect(engine.attribute(long)).rejects.toThrow(/of every state are taken of at most 256/);
  });
});
