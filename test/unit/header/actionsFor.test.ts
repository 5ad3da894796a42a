import { expect, test } from 'vitest';
import type { GgufKind } from '../../../src/protocol/gguf.ts';
import type { Surroundings } from '../../../src/protocol/headerPage.ts';
import { actionsFor } from '../../../src/workbench/header/actionsFor.ts';

const sound = (kind: GgufKind) => ({ kind, problem: null, version: 3 });
const here = { trusted: true, local: true, state: null };
const state = (name: 'header' | 'loading' | 'ready' | 'failed', base = false): Surroundings['state'] => ({
  name,
  base,
  patchesOn: 0,
  stage: null,
  fraction: null,
  error: null,
});

test('a model is loaded, reviewed and made the base', () => {
  expect(actionsFor(sound('model'), here)).toEqual(['load', 'reviewAgainst', 'setBase', 'openWith']);
});

test('what is loaded is unloaded, and what is the base is not made the base', () => {
  expect(actionsFor(sound('model'), { ...here, state: state('ready', true) })).toEqual([
    'unload',
    'reviewAgainst',
    'openWith',
  ]);
  expect(actionsFor(sound('model'), { ...here, state: state('failed') })[0]).toBe('load');
  expect(actionsFor(sound('model'), { ...here, state: state('loading') })[0]).toBe('reviewAgainst');
});

test('a patch is applied and inspected', () => {
  expect(actionsFor(sound('adapter'), here)).toEqual(['apply', 'inspect', 'openWith']);
});

test('what is stored as safetensors is reviewed, and not loaded', () => {
  const stored = { kind: 'model', problem: null, version: null } as const;
  expect(actionsFor(stored, here)).toEqual(['reviewAgainst', 'openWith']);
  expect(actionsFor(stored, { ...here, trusted: false })).toEqual(['trust', 'openWith']);
  expect(actionsFor({ ...stored, kind: 'tensors' }, here)).toEqual(['openWith']);
});

test('in Restricted Mode nothing is loaded; the way to trust is shown', () => {
  expect(actionsFor(sound('model'), { ...here, trusted: false })).toEqual(['trust', 'openWith']);
  expect(actionsFor(sound('adapter'), { ...here, trusted: false })).toEqual(['trust', 'openWith']);
});

test('nothing can be done with what is unsound, elsewhere, or no model', () => {
  expect(actionsFor({ kind: 'model', problem: 'It is damaged.', version: 3 }, here)).toEqual(['openWith']);
  expect(actionsFor(sound('model'), { ...here, local: false })).toEqual(['openWith']);
  expect(actionsFor(sound('projector'), here)).toEqual(['openWith']);
  expect(actionsFor(sound('vocabulary'), { ...here, trusted: false })).toEqual(['openWith']);
});
