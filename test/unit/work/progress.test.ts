import { expect, test } from 'vitest';
import { parted, phases, type Work } from '../../../src/engine/work/progress.ts';

function watched(): { work: Work; steps: [string, number][] } {
  const steps: [string, number][] = [];
  return { work: { report: (stage, fraction) => steps.push([stage, fraction]) }, steps };
}

test('phases divide the whole by their shares; one that takes nothing says nothing new', () => {
  const { work, steps } = watched();
  const [first, none, last] = phases(work, [1, 0, 3]);
  first.report?.('a', 0);
  first.report?.('a', 1);
  none.report?.('b', 0.5);
  last.report?.('c', 0.5);
  last.report?.('c', 1);
  expect(steps).toEqual([
    ['a', 0],
    ['a', 0.25],
    ['b', 0.25],
    ['c', 0.625],
    ['c', 1],
  ]);
});

test('phases keep the signal and whatever else the work carries', () => {
  const { signal } = new AbortController();
  const onEvent = () => {};
  for (const phase of phases({ signal, onEvent }, [1, 2])) expect(phase).toMatchObject({ signal, onEvent });
});

test('parts of several things name the thing; a single one does not', () => {
  const { work, steps } = watched();
  parted(work, 1, 4, 'eiffel-tower').report?.('optimising', 0.5);
  parted(work, 0, 1, 'eiffel-tower').report?.('optimising', 0.5);
  expect(steps).toEqual([
    ['eiffel-tower (2 of 4): optimising', 0.375],
    ['optimising', 0.5],
  ]);
});
