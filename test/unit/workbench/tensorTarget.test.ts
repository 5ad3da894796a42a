import { expect, test, vi } from 'vitest';
import { chooseTensor, targetsIn } from '../../../src/workbench/header/tensorTarget.ts';
import type { ModelEntry } from '../../../src/workbench/models/modelEntry.ts';
import type { Models } from '../../../src/workbench/models/models.ts';

const layer = (number: number, editable: boolean) => ({
  layer: number,
  tensors: [{ name: `blk.${number}.ffn_down.weight`, type: 'f16', shape: [4, 4] }],
  editable,
  reason: null,
});
const entry = {
  path: '/m.gguf',
  targets: [layer(0, true), layer(1, false), layer(2, true)],
  target: { layer: 2, reason: 'proposed', chosen: false },
} as unknown as ModelEntry;

test('only tensors of layers that can be edited can be chosen, and those of the target are named', () => {
  expect(targetsIn(entry)).toEqual({
    editable: ['blk.0.ffn_down.weight', 'blk.2.ffn_down.weight'],
    targets: ['blk.2.ffn_down.weight'],
  });
  expect(targetsIn(undefined)).toEqual({ editable: [], targets: [] });
});

test('choosing a tensor chooses its layer; another tensor is refused', () => {
  const chooseTarget = vi.fn();
  const models = { chooseTarget } as unknown as Models;
  chooseTensor(models, entry, 'blk.0.ffn_down.weight');
  expect(chooseTarget.mock.calls).toEqual([['/m.gguf', { layer: 0, reason: 'chosen manually' }]]);
  expect(() => chooseTensor(models, entry, 'blk.1.ffn_down.weight')).toThrow('cannot be an edit target');
  expect(() => chooseTensor(models, entry, 'output.weight')).toThrow('cannot be an edit target');
});
