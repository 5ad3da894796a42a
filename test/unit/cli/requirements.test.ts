import { describe, expect, it } from 'vitest';
import { expectRequirements, requirement } from '../../../src/cli/requirements.ts';
import { InputError } from '../../../src/engine/errors.ts';
import type { Measured } from '../../../src/protocol/editing.ts';

const share = (value: number) => ({ value, n: 4, low: 0, high: 1 });
const strictSide = { es: share(1), ps: null, ns: share(0.75), score: 0.8 };
const side = { ...strictSide, em: null, pm: null, nm: null };
const measured: Measured = {
  model: 'm.gguf',
  state: 'each',
  patches: [],
  edits: [],
  summary: {
    counterfact: { protocol: '', n: 4, before: side, after: side },
    strict: { protocol: '', n: 4, before: strictSide, after: strictSide },
    easyEdit: { protocol: '', n: 4, rewrite: null, rephrase: null, locality: null, portability: null },
    generationMatch: { protocol: '', n: 4, share: share(0.5) },
    chatMatch: null,
    textMatch: null,
    fluency: null,
    drift: {
      protocol: '',
      n: 9,
      meanKl: 0.01,
      maxKl: 1,
      perplexityBefore: 2,
      perplexityAfter: 3,
      sameTop: 0.9,
    },
  },
};
const missed = (...required: string[]) => expectRequirements(measured, required.map(requirement));

describe('--require', () => {
  it('is met by a share that reaches its bound, and by drift that does not pass it', () => {
    expect(missed('es=1', 'ns=0.75', 'score=.8', 'generationMatch=0.5', 'driftKl=0.01')).toEqual([]);
  });

  it('says what is missed, by how much, and in which direction', () => {
    expect(missed('ns=0.76', 'es=0.5', 'driftKl=0.009')).toEqual([
      'ns is 0.7500; required is at least 0.76.',
      'driftKl is 0.0100; required is at most 0.009.',
    ]);
  });

  it('is missed where there is nothing to judge by', () => {
    expect(missed('ps=0')).toEqual(['ps is required to be 0, but no edit has such probes.']);
  });

  it('counts drift as none for a model that nothing moved, and as missing where it was not read', () => {
    const summary = { ...measured.summary, drift: null };
    const drift = [requirement('driftKl=0.1')];
    expect(expectRequirements({ ...measured, state: 'unedited', summary }, drift)).toEqual([]);
    expect(expectRequirements({ ...measured, state: 'patched', summary }, drift)).toEqual([
      'driftKl is required to be 0.1, but no edit has such probes.',
    ]);
  });

  it.each(['chatMatch=2', 'es=1.01'])('refuses %s, which no share can reach', (text) => {
    expect(() => requirement(text)).toThrow(/can never be met: \w+ is a share/);
    expect(() => requirement('driftKl=2')).not.toThrow();
  });

  it.each(['es', 'es=', 'es=high', 'es>0.9', 'entropy=3', 'constructor=1', 'es=-1'])('refuses %s', (text) => {
    expect(() => requirement(text)).toThrow(InputError);
  });
});
