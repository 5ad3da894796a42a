import { expect, test } from 'vitest';
import type { ModelEntry } from '../../../src/workbench/models/modelEntry.ts';
import type { Models } from '../../../src/workbench/models/models.ts';
import type { Remembered } from '../../../src/workbench/models/windowMemory.ts';
import { History } from '../../../src/workbench/patches/history.ts';
import { SwitchLog } from '../../../src/workbench/patches/switchLog.ts';
import { SwitchPatches } from '../../../src/workbench/patches/switchPatches.ts';

function bench() {
  let kept: Remembered = { opened: [], openedEdits: [], targets: {}, loaded: {} };
  const memory = {
    get: () => kept,
    change: (change: Partial<Remembered>) => {
      kept = { ...kept, ...change };
    },
  };
  let applied: ModelEntry['applied'] = [];
  const entry = () => ({ applied }) as ModelEntry;
  const models = {
    load: async () => entry(),
    revert: async (_: string, patch?: string) => {
      applied = patch === undefined ? [] : applied.filter(({ path }) => path !== patch);
      return entry();
    },
    switchTo: async (_: string, patches: ModelEntry['applied']) => {
      applied = patches;
      return entry();
    },
  } as unknown as Models;
  const log = new SwitchLog(memory);
  const history = new History();
  const set = (patches: ModelEntry['applied']) => {
    applied = patches;
  };
  return { memory, log, history, set, on: () => applied, switching: new SwitchPatches(models, history, log) };
}

test('what was switched is kept with what was on then, the latest first, and put back', async () => {
  const { log, history, set, on, switching } = bench();
  set([
    { path: '/a', strength: 1 },
    { path: '/b', strength: 0.5 },
  ]);
  await switching.revert('/m', '/a', 'A');
  await switching.revertAll('/m');
  expect(log.list().map(({ title, model, patches }) => [title, model, patches])).toEqual([
    ['Revert all patches', '/m', []],
    ['Revert A', '/m', [{ path: '/b', strength: 0.5 }]],
  ]);
  const [, second] = log.list();
  if (second === undefined) throw new Error('nothing was kept');
  await switching.restore(second);
  expect(on()).toEqual([{ path: '/b', strength: 0.5 }]);
  expect(log.list()[0]?.title).toBe('Restore "Revert A"');
  await history.undo();
  expect(on()).toEqual([]);
});

test('only so much is kept', () => {
  const { log, memory } = bench();
  for (let at = 0; at < 250; at++) log.add({ title: String(at), at, model: '/m', patches: [] });
  expect(log.list()).toHaveLength(200);
  expect(log.list()[0]?.title).toBe('249');
  expect(new SwitchLog(memory).list()).toHaveLength(200);
});
