import { expect, test, vi } from 'vitest';
import type { EngineService } from '../../../src/workbench/engine/engineService.ts';
import { readStrength } from '../../../src/workbench/inspector/readStrength.ts';
import { sample } from '../edits/sample.ts';

const [edit] = sample.edits;
const own = { path: '/own.patch.gguf', strength: 1 };
const other = { path: '/other.patch.gguf', strength: 0.5 };

function engineThat() {
  const probe = vi.fn(async (_: { prompt: unknown; patches: unknown; top: number }) => ({
    before: [{ token: ' Paris', id: 1, p: 0.9 }],
    after: [],
    kl: 0.25,
  }));
  const quietly = async (work: (client: unknown) => unknown) => await work({ probe });
  return { probe, engine: { quietly } as unknown as EngineService };
}

test('the patch is read at the strength in its own place, what else is on beside it', async () => {
  const { probe, engine } = engineThat();
  const subject = { model: '/m.gguf', edit, own: own.path, patches: [own, other] };
  const found = await readStrength(engine, subject, 0.3, {});
  expect(found).toMatchObject({ strength: 0.3, others: 1 });
  expect(found.rows[0]).toMatchObject({ kind: 'efficacy', before: { id: 1 }, after: null, kl: 0.25 });
  for (const [asked] of probe.mock.calls) {
    expect(asked.patches).toEqual([{ ...own, strength: 0.3 }, other]);
  }
});

test('a patch that is off is read behind what is on, and at most four prompts of a kind', async () => {
  const { probe, engine } = engineThat();
  const many = Array.from({ length: 9 }, (_, index) => ({ prompt: `Paraphrase ${index}` }));
  const asked = edit && { ...edit, probes: { ...edit.probes, paraphrase: many } };
  const { rows } = await readStrength(
    engine,
    { model: '/m', edit: asked, own: own.path, patches: [other] },
    2,
    {},
  );
  expect(rows.filter(({ kind }) => kind === 'paraphrase')).toHaveLength(4);
  expect(probe.mock.calls[0]?.[0].patches).toEqual([other, { ...own, strength: 2 }]);
});

test('without a patch there is nothing to be read', async () => {
  const { engine } = engineThat();
  const subject = { model: '/m', edit, own: undefined, patches: [] };
  await expect(readStrength(engine, subject, 1, {})).rejects.toThrow('not computed yet');
});
