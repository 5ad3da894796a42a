import { afterEach, expect, it, vi } from 'vitest';
import { workspace } from 'vscode';
import type { Edit } from '../../../../src/protocol/edits.ts';
import { wishesFor } from '../../../../src/workbench/edits/wishes.ts';

const edit: Edit = { id: 'eiffel', prompt: 'A is in', subject: 'A', target: { new: 'B' } };

function set(values: Readonly<Record<string, unknown>>): void {
  const get = (name: string, otherwise?: unknown) => values[name] ?? otherwise;
  vi.spyOn(workspace, 'getConfiguration').mockReturnValue({ get } as ReturnType<
    typeof workspace.getConfiguration
  >);
}

afterEach(() => vi.restoreAllMocks());

it('leaves everything to the engine where nothing is set', () => {
  expect(wishesFor(edit, { edits: [edit] })).toEqual({
    method: undefined,
    protect: false,
    preset: 'default',
  });
});

it('takes from the settings what neither the edit nor its file says', () => {
  set({
    'edits.method': 'rome',
    'edits.preset': 'paper',
    'edits.hyperparameters': { steps: 40, clamp: 2, kl: 0, loraRank: 3, unheardOf: 1 },
  });
  const own = { ...edit, hyperparameters: { clamp: 3 } };
  expect(wishesFor(own, { edits: [own], hyperparameters: { kl: 0.1 } })).toEqual({
    method: 'rome',
    protect: false,
    preset: 'paper',
    // a rank is LoRA's alone; what no method has is for the engine to refuse
    hyperparameters: { steps: 40, unheardOf: 1 },
  });
});

it('passes over a preset that the method does not have', () => {
  set({ 'edits.preset': 'paper' });
  expect(wishesFor({ ...edit, method: 'donor' }, { edits: [edit] })).not.toHaveProperty('preset');
  expect(wishesFor(edit, { edits: [edit] }, 'ft-l')).toMatchObject({ method: 'ft-l', preset: 'paper' });
});

it('passes over a setting that is no object', () => {
  set({ 'edits.hyperparameters': 'steps', 'edits.preset': 'none' });
  expect(wishesFor(edit, { edits: [edit] })).toMatchObject({ preset: 'default' });
});
