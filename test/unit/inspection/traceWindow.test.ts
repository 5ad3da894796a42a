import { expect, it } from 'vitest';
import { layersAround, usualWindow } from '../../../src/engine/inspection/traceWindow.ts';

it.each([
  // GPT-2 XL and GPT-J of the paper, SmolLM2, the embedded model
  [48, 10],
  [28, 6],
  [30, 6],
  [6, 1],
  [2, 1],
  [1, 1],
])('the window of a model of %i layers has %i', (layers, window) => {
  expect(usualWindow(layers)).toBe(window);
});

it.each([
  [5, 1, [5, 6]],
  [5, 2, [4, 6]],
  [5, 3, [4, 7]],
  [5, 4, [3, 7]],
  [20, 10, [15, 25]],
  [0, 10, [0, 5]],
  [2, 10, [0, 7]],
  [47, 10, [42, 48]],
  [46, 3, [45, 48]],
  [47, 3, [46, 48]],
] as const)('around layer %i a window of %i layers is %j', (layer, window, layers) => {
  expect(layersAround(layer, window, 48)).toEqual(layers);
});
