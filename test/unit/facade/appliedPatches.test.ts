import { expect, it } from 'vitest';
import { switchedOff, switchedOn } from '../../../src/engine/facade/appliedPatches.ts';

const [a, b, c] = [
  { path: 'a.gguf', strength: 1 },
  { path: 'b.gguf', strength: 0.5 },
  { path: 'c.gguf', strength: -2 },
] as const;

it('patches are switched on behind those that are on, each with its own strength', () => {
  expect(switchedOn([], [a, b])).toEqual([a, b]);
  expect(switchedOn([b, a], [c])).toEqual([b, a, c]);
});

it('a patch that is on keeps its place and takes its new strength, 0 as any', () => {
  expect(switchedOn([a, b, c], [{ ...b, strength: 0 }])).toEqual([a, { ...b, strength: 0 }, c]);
  expect(switchedOn([a], [b, { ...a, strength: 3 }])).toEqual([{ ...a, strength: 3 }, b]);
});

it('one patch is switched off, and those beside it stay as they were', () => {
  expect(switchedOff([a, b, c], b.path)).toEqual([a, c]);
  expect(switchedOff([a], a.path)).toEqual([]);
});

it('a patch that is not on cannot be switched off', () => {
  expect(() => switchedOff([a, b], c.path)).toThrow('c.gguf is not on, so it cannot be reverted.');
  expect(() => switchedOff([], a.path)).toThrow(/is not on/);
});
