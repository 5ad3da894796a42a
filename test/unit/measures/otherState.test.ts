import { describe, expect, it } from 'vitest';
import type { MeasuredEdit } from '../../../src/protocol/editing.ts';
import { measuredWith, otherState, type ShownState } from '../../../src/protocol/otherState.ts';
import { maxDrift } from '../../../src/protocol/outcome.ts';
import type { Probe } from '../../../src/protocol/probe.ts';
import { comparison, reading } from './fixtures.ts';

const own = { path: '/eiffel.patch.gguf', digest: 'sha256:e', strength: 1 };
const louvre = { path: '/louvre.patch.gguf', digest: 'sha256:l', strength: 1 };
const lora = { path: '/lora.gguf', digest: 'sha256:r', strength: 1 };
const probes: Probe[] = [
  { edit: 'eiffel', kind: 'efficacy', prompt: 'p', targetNew: 'Rome' },
  { edit: 'eiffel', kind: 'paraphrase', prompt: 'q', targetNew: 'Rome' },
];

function measured(patches: (typeof own)[]): MeasuredEdit {
  const thresholds = { answerTokens: 10, driftKl: maxDrift };
  return {
    state: { base: 'sha256:b', patches, asked: 'text', thresholds },
    probes: probes.map((probe) => ({
      ...comparison('eiffel', probe.kind, reading(1, 2), reading(1, 2)),
      probe,
    })),
  } as MeasuredEdit;
}

const shown: ShownState = { base: 'sha256:b', patches: [own], own: own.path, on: true, probes };
const said = (was: (typeof own)[], now: Partial<ShownState>) =>
  otherState(measured(was), { ...shown, ...now });

describe('a measurement of another state says so', () => {
  it('and nothing where it is the state that is shown', () => {
    expect(said([own], {})).toBeNull();
    expect(said([own], { on: false })).toBeNull();
    expect(said([own, lora], { patches: [lora, own] })).toBeNull();
    expect(said([own], { base: undefined, patches: [{ ...own, digest: undefined }] })).toBeNull();
  });

  it.each([
    [[own], { patches: [{ ...own, strength: 0.5 }] }, 'measured alone at 1, now alone at .5'],
    [
      [own],
      { patches: [{ ...own, strength: 0.5 }, louvre, lora] },
      'measured alone at 1, now .5 with 2 others',
    ],
    [[own, lora], {}, 'measured at 1 with 1 other, now alone at 1'],
    [[own, lora], { on: false }, 'measured at 1 with 1 other, now off'],
    [[own, lora], { patches: [own, louvre] }, 'measured with other patches on'],
    [[own, lora], { patches: [own, { ...lora, strength: 2 }] }, 'measured with other patches on'],
    [[own], { patches: [{ ...own, digest: 'sha256:x' }] }, 'measured with an earlier version of its patch'],
    [[own], { patches: [own, lora] }, 'measured alone at 1, now 1 with 1 other'],
    [[own], { base: 'sha256:c' }, 'measured on another model'],
  ])('%j, now %j: %s', (was, now, words) => {
    expect(said(was, now)).toBe(words);
  });

  it.each<[Probe[], string]>([
    [[...probes, ...probes.slice(1)], 'measured before 1 probe was added'],
    [probes.slice(0, 1), 'measured before 1 probe was removed'],
    [[...probes.slice(0, 1), ...probes.slice(0, 1)], 'measured before 1 probe was changed'],
    [[{ ...(probes[0] as Probe), targetNew: 'Oslo' }], 'measured before the edit was changed'],
    [[{ ...(probes[0] as Probe), prompt: [{ role: 'user', content: 'p' }] }], 'measured as text, now chat'],
  ])('%j asked: %s', (now, words) => {
    expect(said([own], { probes: now })).toBe(words);
  });

  it('says all that is other', () => {
    expect(said([own], { patches: [own, lora], probes: probes.slice(0, 1) })).toBe(
      'measured alone at 1, now 1 with 1 other; measured before 1 probe was removed',
    );
  });

  it('is told with what it was measured', () => {
    const { state } = measured([own, louvre, lora]);
    expect(measuredWith(state, own.path)).toBe('at 1 with 2 others');
    expect(measuredWith({ ...state, patches: [own] }, own.path)).toBe('alone at 1');
    expect(measuredWith({ ...state, patches: [] }, own.path)).toBe('without any patch');
    expect(measuredWith({ ...state, patches: [lora] }, own.path)).toBe('with 1 other');
  });
});
