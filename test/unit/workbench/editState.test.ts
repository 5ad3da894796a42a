import { describe, expect, it } from 'vitest';
import type { PatchDescription } from '../../../src/protocol/patches.ts';
import { type EditFacts, editState } from '../../../src/workbench/edits/editState.ts';

const own = `sha256:${'a'.repeat(64)}`;
const other = `sha256:${'b'.repeat(64)}`;
const edit = {
  id: 'eiffel',
  prompt: 'The Eiffel Tower is in',
  subject: 'Eiffel Tower',
  target: { new: 'Rome', true: 'Paris' },
};

function description(change: Partial<PatchDescription> = {}): PatchDescription {
  const made = { ...edit, method: 'rome' as const, layer: 2, relativeNorm: 1, updateNorm: 1, steps: 3 };
  return {
    base: { digest: own, name: 'almanac', architecture: 'llama' },
    edits: [{ ...made, nll: [5, 0.01] as [number, number] } as PatchDescription['edits'][number]],
    hyperparameters: {},
    tool: 'palimpsest 0.1.0',
    ...change,
  } as PatchDescription;
}

const facts: EditFacts = {
  edit,
  wantedDigest: own,
  baseDigest: own,
  running: false,
  failure: undefined,
  patch: { description: description() },
  applied: false,
};
const stateOf = (change: Partial<EditFacts>) => editState({ ...facts, ...change });

describe('the state of an edit', () => {
  it('follows its patch: absent, there, on', () => {
    expect(stateOf({ patch: undefined }).state).toBe('not-computed');
    expect(stateOf({}).state).toBe('computed');
    expect(stateOf({ applied: true }).state).toBe('applied');
    expect(stateOf({ running: true, applied: true }).state).toBe('computing');
  });

  it('is stale when the patch belongs to another model, or to an earlier form of the edit', () => {
    const foreign = description({ base: { digest: other, name: 'twin', architecture: 'llama' } });
    expect(stateOf({ patch: { description: foreign } })).toEqual({
      state: 'stale',
      detail: 'The patch was made for another model, twin.',
    });
    for (const changed of [
      { ...edit, prompt: 'The Eiffel Tower stands in' },
      { ...edit, target: { new: 'Madrid', true: 'Paris' } },
      { ...edit, subject: 'Tower' },
      { ...edit, id: 'tower' },
    ]) {
      expect(stateOf({ edit: changed }).state).toBe('stale');
    }
    expect(stateOf({ patch: { description: undefined } }).state).toBe('stale');
  });

  it('is that of its conversation', () => {
    const turns = (content: string) => [{ role: 'user' as const, content }];
    const asked = { ...edit, prompt: turns('Where is the Eiffel Tower?') };
    const [made] = description().edits;
    if (made === undefined) throw new Error('no edit');
    const patch = { description: description({ edits: [{ ...made, prompt: [...asked.prompt] }] }) };
    expect(stateOf({ edit: asked, patch }).state).toBe('computed');
    expect(stateOf({ edit: { ...edit, prompt: 'Where is the Eiffel Tower?' }, patch }).state).toBe('stale');
    expect(stateOf({ edit: { ...edit, prompt: turns('The Eiffel Tower?') }, patch }).state).toBe('stale');
  });

  it('is stale when its file is meant for another model than the base, patch or not', () => {
    expect(stateOf({ wantedDigest: other, patch: undefined }).state).toBe('stale');
    expect(stateOf({ wantedDigest: undefined }).state).toBe('computed');
  });

  it('cannot be told stale before the base has been read', () => {
    expect(stateOf({ baseDigest: undefined, wantedDigest: other }).state).toBe('computed');
  });

  it('says why it failed', () => {
    expect(stateOf({ failure: 'No layer 9.' })).toEqual({ state: 'failed', detail: 'No layer 9.' });
    expect(stateOf({ patch: { damage: 'It is cut off.' } })).toEqual({
      state: 'failed',
      detail: 'It is cut off.',
    });
  });
});
