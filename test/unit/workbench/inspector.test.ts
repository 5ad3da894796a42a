import { describe, expect, it } from 'vitest';
import type { Uri } from 'vscode';
import type { Prompt } from '../../../src/protocol/chat.ts';
import type { EditEntry } from '../../../src/workbench/edits/editEntry.ts';
import { Identities } from '../../../src/workbench/inspector/identities.ts';
import { changeOf, inspectorState } from '../../../src/workbench/inspector/inspectedState.ts';
import { probePlace, promptShownAs, promptsOf } from '../../../src/workbench/inspector/probePlace.ts';
import { differentBits, RevertProofs } from '../../../src/workbench/inspector/revertProofs.ts';
import type { ModelEntry } from '../../../src/workbench/models/modelEntry.ts';

const file = { path: '/work/almanac.edits.json' } as Uri;
const patch = '/work/almanac.patches/eiffel.patch.gguf';
const model: ModelEntry = {
  path: '/work/almanac.gguf',
  uri: { path: '/work/almanac.gguf' } as Uri,
  name: 'almanac.gguf',
  state: 'ready',
  applied: [],
};
const patched: ModelEntry = { ...model, applied: [{ path: patch, strength: 1 }] };
const entry: EditEntry = {
  key: 'file:///work/almanac.edits.json#eiffel',
  file,
  id: 'eiffel',
  edit: { id: 'eiffel', prompt: 'A is in', subject: 'A', target: { new: ' B ', true: 'C' } },
  patch,
  state: 'applied',
  wished: true,
  steps: [],
};

const known = {
  path: model.path,
  model,
  base: true,
  crash: undefined,
  edits: [entry],
  selected: entry,
  proof: undefined,
  asked: null,
};

describe('what "after" means', () => {
  it('is all that is on, with an edit that is on', () => {
    expect(changeOf(patched, entry)).toEqual({ label: 'eiffel', patches: patched.applied });
    const two = { ...model, applied: [...patched.applied, { path: '/lora.gguf', strength: 0.5 }] };
    expect(changeOf(two, entry)).toEqual({ label: 'eiffel + 1', patches: two.applied });
  });

  it('is the patch alone of an edit that is computed and off', () => {
    const alone = { label: 'eiffel', patches: [{ path: patch, strength: 1 }] };
    const other = { ...model, applied: [{ path: '/lora.gguf', strength: 1 }] };
    expect(changeOf(other, { ...entry, state: 'computed' })).toEqual(alone);
  });

  it('is nothing where nothing is on or computed', () => {
    expect(changeOf(model, { ...entry, state: 'not-computed' })).toBeUndefined();
    expect(changeOf(model, undefined)).toBeUndefined();
    expect(changeOf(undefined, entry)).toBeUndefined();
  });

  it('has another stamp once the edit has been computed again', () => {
    const identities = new Identities();
    const stamp = (made: object) =>
      inspectorState({
        ...known,
        model: patched,
        selected: { ...entry, made: made as EditEntry['made'] },
        identities,
      }).change?.stamp;
    const [first, second] = [{}, {}];
    expect(stamp(first)).toBe(stamp(first));
    expect(stamp(second)).not.toBe(stamp(first));
  });
});

describe('the state of the page', () => {
  it('names the fact, and numbers the measurement so that a page knows it again', () => {
    const identities = new Identities();
    const measured = { edit: { state: { patches: [] } }, summary: {} } as unknown as EditEntry['measured'];
    const { edit } = inspectorState({ ...known, selected: { ...entry, measured }, identities });
    expect(edit).toMatchObject({ subject: 'A', targetNew: 'B', targetTrue: 'C', file: 'almanac.edits.json' });
    const again = inspectorState({ ...known, selected: { ...entry, measured }, identities });
    expect(again.edit?.measurement).toBe(edit?.measurement);
    expect(inspectorState({ ...known, identities }).edit?.measurement).toBeNull();
  });

  it('says of a model that is gone that it is', () => {
    const { model: gone } = inspectorState({ ...known, model: undefined, identities: new Identities() });
    expect(gone).toMatchObject({ name: 'almanac.gguf', state: 'failed' });
    expect(gone.error).toContain('/work/almanac.gguf');
  });
});

describe('the proof of a revert', () => {
  const proofs = (after: Float32Array) => {
    const asked: unknown[] = [];
    const read = async (_model: string, _prompt: Prompt, patches: [] | undefined) => {
      asked.push(patches);
      return patches === undefined ? after : Float32Array.of(1, -0, 3);
    };
    return { of: new RevertProofs(read), asked };
  };
  const computed: EditEntry = { ...entry, state: 'computed' };

  it('compares every bit of what was read before with what is read after', async () => {
    const exact = proofs(Float32Array.of(1, -0, 3));
    expect(await exact.of.look(patched, entry)).toBe(false);
    expect(await exact.of.look(model, computed)).toBe(true);
    expect(exact.of.of(entry.key)).toEqual({ logits: 3, different: 0 });
    expect(exact.asked).toEqual([[], undefined]);

    const broken = proofs(Float32Array.of(1, 0, 3));
    await broken.of.look(patched, entry);
    await broken.of.look(model, computed);
    expect(broken.of.of(entry.key)).toEqual({ logits: 3, different: 1 });
  });

  it('is taken back when the edit is on again, and the engine gone', async () => {
    const { of } = proofs(Float32Array.of(1, -0, 3));
    await of.look(patched, entry);
    await of.look(model, computed);
    expect(await of.look(patched, entry)).toBe(true);
    expect(of.of(entry.key)).toBeUndefined();
    await of.look(model, computed);
    expect(await of.look({ ...model, state: 'header' }, computed)).toBe(true);
    expect(of.of(entry.key)).toBeUndefined();
  });

  it('is none for an edit that was never on, or while another patch is on', async () => {
    const { of } = proofs(Float32Array.of(1));
    expect(await of.look(model, computed)).toBe(false);
    await of.look(patched, entry);
    expect(await of.look({ ...model, applied: [{ path: '/lora.gguf', strength: 1 }] }, computed)).toBe(false);
    expect(of.of(entry.key)).toBeUndefined();
  });

  it('counts bits, not values', () => {
    expect(differentBits(Float32Array.of(0, 1), Float32Array.of(-0, 1))).toBe(1);
    expect(differentBits(Float32Array.of(Number.NaN), Float32Array.of(Number.NaN))).toBe(0);
    expect(differentBits(Float32Array.of(1, 2, 3), Float32Array.of(1))).toBe(2);
    expect(differentBits(Float32Array.of(9, 1, 2).subarray(1), Float32Array.of(1, 2))).toBe(0);
  });
});

describe('a probe in its file', () => {
  const edit = {
    ...entry.edit,
    probes: { paraphrase: [{ prompt: 'p0' }, { prompt: 'p1' }], neighbourhood: [{ prompt: 'p1' }] },
  };

  it('is found by its kind and prompt', () => {
    expect(probePlace(edit, { kind: 'paraphrase', prompt: 'p1' })).toEqual(['probes', 'paraphrase', 1]);
    expect(probePlace(edit, { kind: 'neighbourhood', prompt: 'p1' })).toEqual(['probes', 'neighbourhood', 0]);
    expect(probePlace(edit, { kind: 'efficacy', prompt: 'A is in' })).toEqual(['prompt']);
    expect(probePlace(edit, { kind: 'text', prompt: 'gone' })).toEqual(['prompt']);
    expect(promptsOf(edit)).toHaveLength(4);
  });

  it('are shown as text and asked as the edit says', () => {
    const turn = [{ role: 'user' as const, content: 'Where is A?' }];
    const turns = [{ role: 'system' as const, content: 'Be brief.' }, ...turn];
    const edit = {
      ...entry.edit,
      prompt: turn,
      probes: { paraphrase: [{ prompt: turns }], text: [{ prompt: 'A.' }] },
    };
    const shown = promptsOf(edit).map(({ prompt }) => prompt);
    expect(shown).toEqual(['Where is A?', 'system: Be brief.\nuser: Where is A?', 'A.']);
    expect(shown.map((text) => promptShownAs(edit, text))).toEqual([turn, turns, 'A.']);
    expect(promptShownAs(edit, 'And B?')).toBe('And B?');
    expect(promptShownAs(undefined, 'Where is A?')).toBe('Where is A?');
    expect(probePlace(edit, { kind: 'paraphrase', prompt: shown[1] ?? '' })).toEqual([
      'probes',
      'paraphrase',
      0,
    ]);
  });
});
