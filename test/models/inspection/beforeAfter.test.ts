import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareActivations, readVectors } from '../../../src/engine/inspection/activations.ts';
import { measureDrift } from '../../../src/engine/inspection/drift.ts';
import { compareReadings, readProbes } from '../../../src/engine/inspection/locality.ts';
import { ProbeContext, type SwitchTo } from '../../../src/engine/inspection/probeContext.ts';
import { probesOf } from '../../../src/engine/inspection/probes.ts';
import { mapResidualStream } from '../../../src/engine/inspection/residualMap.ts';
import type { Adapter } from '../../../src/engine/llama/adapter.ts';
import { Model } from '../../../src/engine/llama/model.ts';
import { ProbeComparison } from '../../../src/protocol/probe.ts';
import { smollm2, withSmollm2 } from '../models.ts';
import { randomPatch } from './randomPatch.ts';

const layer = 20;
const probes = probesOf({
  id: 'eiffel-tower',
  prompt: 'The Eiffel Tower is located in the city of',
  subject: 'Eiffel Tower',
  target: { new: 'Rome', true: 'Paris' },
  probes: {
    paraphrase: [{ prompt: 'Where is the Eiffel Tower? It is in' }],
    neighbourhood: [
      { prompt: 'The Louvre is located in the city of', target: 'Paris' },
      { prompt: 'The Colosseum is located in the city of' },
    ],
    portability: [{ prompt: 'The Eiffel Tower is in the country of', target: 'Italy' }],
    sameSubject: [{ prompt: 'The Eiffel Tower was built by Gustave', target: 'Eiffel' }],
    text: [{ prompt: 'The kettle was filled and' }],
  },
});

describe.skipIf(!withSmollm2)('before and after a patch', () => {
  let model: Model;
  let context: ProbeContext;
  let patch: Adapter;
  const switchTo: SwitchTo = (state) =>
    context.setAdapters(state === 'after' ? [{ adapter: patch, strength: 1 }] : []);
  beforeAll(async () => {
    model = await Model.load(smollm2());
    context = new ProbeContext(model, { size: 256, threads: 1, tapped: true });
    patch = await randomPatch(model, { layer, architecture: 'llama', neurons: 1536, size: 0.3 });
  });
  afterAll(() => {
    patch.dispose();
    context.dispose();
    model.dispose();
  });

  it('reads every probe, judges it by the rule of its kind, and reverts without residue', async () => {
    switchTo('before');
    const before = await readProbes(context, probes);
    switchTo('after');
    const after = await readProbes(context, probes);
    switchTo('before');
    const reverted = await readProbes(context, probes);
    expect(reverted).toEqual(before);

    const unchanged = compareReadings(before, reverted);
    expect(unchanged.map(({ protocol }) => protocol)).toEqual([
      'counterfact',
      'counterfact',
      'counterfact',
      'unchanged',
      'teacher-forced',
      'unchanged',
      'none',
    ]);
    expect(unchanged.map(({ passedAfter }) => passedAfter)).toEqual([
      false,
      false,
      true,
      true,
      false,
      true,
      null,
    ]);
    for (const { kl, changed, agreement } of unchanged) {
      expect([kl, changed, agreement]).toEqual([0, false, 1]);
    }
    const [efficacy] = unchanged;
    expect(efficacy?.before.top[0]).toMatchObject({ token: ' Paris' });
    expect(efficacy?.before.top).toHaveLength(10);
    expect(efficacy?.before.true).toMatchObject({ rank: 1, accuracy: 1 });
    expect(efficacy?.before.true?.p).toBeCloseTo(efficacy?.before.top[0]?.p ?? 0, 10);
    expect(efficacy?.before.new?.accuracy).toBe(0);

    const changed = compareReadings(before, after);
    for (const comparison of changed) {
      expect(ProbeComparison.parse(comparison)).toEqual(comparison);
      expect(comparison.kl).toBeGreaterThan(1e-4);
    }
    expect(() => compareReadings(before.slice(1), after)).toThrow('not of the same probes');
  });

  it('shows where the stream changes: nothing below the patched layer, there only the MLP', async () => {
    const tokens = model.tokenizer.prompt('The Eiffel Tower is located in');
    const { before, after, change, layers } = await compareActivations(context, switchTo, tokens);
    const row = (values: Float32Array, at: number) => [
      ...values.subarray(at * tokens.length, (at + 1) * tokens.length),
    ];
    const none = tokens.map(() => 0);
    for (let below = 0; below < layer; below++) {
      for (const values of Object.values(change)) expect(row(values, below)).toEqual(none);
    }
    expect(row(change.attention, layer)).toEqual(none);
    expect(Math.min(...row(change.mlp, layer))).toBeGreaterThan(0);
    for (let above = layer; above < layers; above++)
      expect(Math.min(...row(change.residual, above))).toBeGreaterThan(0);

    switchTo('before');
    const wanted = { part: 'mlp', layers: [25], positions: [3] } as const;
    const [base] = await readVectors(context, await mapResidualStream(context), tokens, wanted);
    switchTo('after');
    const [now] = await readVectors(context, await mapResidualStream(context), tokens, wanted);
    const cell = 25 * tokens.length + 3;
    expect(before.mlp[cell]).toBeCloseTo(Math.hypot(...(base ?? [])), 2);
    expect(after.mlp[cell]).toBeCloseTo(Math.hypot(...(now ?? [])), 2);
    expect(change.mlp[cell]).toBeCloseTo(Math.hypot(...(base?.map((x, i) => x - (now?.[i] ?? 0)) ?? [])), 2);
  });

  it('refuses a map that was made with other adapters on', async () => {
    switchTo('before');
    const map = await mapResidualStream(context);
    switchTo('after');
    const wanted = { part: 'residual', layers: [25], positions: [0] } as const;
    await expect(readVectors(context, map, [100, 200], wanted)).rejects.toThrow('other adapters');
  });

  it('measures drift: exactly none for the same weights, some for a patch', async () => {
    const text =
      'The kettle was filled, the bread was cut, and the smell of toast slowly found its way up. '.repeat(4);
    const same = await measureDrift(context, () => context.setAdapters([]), { text });
    expect(same).toMatchObject({ meanKl: 0, maxKl: 0, n: model.tokenizer.prompt(text).length });
    expect(same.perplexityAfter).toBe(same.perplexityBefore);
    expect(same.perplexityBefore).toBeGreaterThan(2);
    expect(same.perplexityBefore).toBeLessThan(60);
    const moved = await measureDrift(context, switchTo, { text });
    expect(moved.perplexityBefore).toBe(same.perplexityBefore);
    expect(moved.meanKl).toBeGreaterThan(1e-4);
    expect(moved.maxKl).toBeGreaterThan(moved.meanKl);
  });
});
