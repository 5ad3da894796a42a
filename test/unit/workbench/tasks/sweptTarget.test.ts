import { expect, test, vi } from 'vitest';
import { counterfact } from '../../../../src/engine/measures/counterfact.ts';
import type { Task } from '../../../../src/protocol/tasks.ts';
import type { Models } from '../../../../src/workbench/models/models.ts';
import { chooseBest, sweepReason } from '../../../../src/workbench/tasks/sweptTarget.ts';

const layer = (number: number, score: number) => {
  const nothing = counterfact([]);
  return { layer: number, seconds: 1, measures: { ...nothing, after: { ...nothing.after, score } } };
};
const value = { edit: 'eiffel', layers: [layer(4, 0.9), layer(2, 0.5)] };
const task: Task = {
  id: '0'.repeat(32),
  at: 0,
  request: { kind: 'sweep', model: '/m.gguf', dataset: '/f.edits.json', edit: 'eiffel' },
  result: { kind: 'sweep', value },
};

test('the best layer becomes the edit target, with its figures', () => {
  const chooseTarget = vi.fn();
  const models = { get: () => ({}), chooseTarget } as unknown as Models;
  chooseBest(models, task);
  const reason = 'the best of 2 layers tried, score .900 (CounterFact)';
  expect(chooseTarget.mock.calls).toEqual([['/m.gguf', { layer: 4, reason }]]);
  expect(sweepReason(value, 2)).toBe('chosen among 2 layers tried, score .500 (CounterFact)');
});

test('a model that left the window meanwhile, and other tasks, choose nothing', () => {
  const chooseTarget = vi.fn();
  chooseBest({ get: () => undefined, chooseTarget } as unknown as Models, task);
  chooseBest({ get: () => ({}), chooseTarget } as unknown as Models, { ...task, result: null });
  expect(chooseTarget).not.toHaveBeenCalled();
});
