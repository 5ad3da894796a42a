import { expect, it } from 'vitest';
import { activationMaps } from '../../../webview/inspector/activations/activationMaps.ts';
import { besideSinks, sinkColumns } from '../../../webview/inspector/activations/sinks.ts';
import { editedPlace } from '../../../webview/inspector/maps/editedPlace.ts';
import { eiffel } from './eiffel.ts';
import { eiffelEdit, uncomputed } from './inspectorStub.ts';

const { tokens, layers } = eiffel.activations;

it('the first tokens, whose norms tower over all others, do not eat the scale', () => {
  const shown = { stream: 'residual', shown: 'both', spread: null } as const;
  const { scale, legend, spread } = activationMaps(eiffel.activations, shown);
  expect(legend).toBe('‖x‖, beyond the scale: <|bos|>, The');
  expect(scale.high).toBeLessThan(200);
  expect(scale.place(846)).toBe(1);
  expect(spread).toBe('linear');
});

it('a sink is a column far above the others, of which there are many', () => {
  const matrix = (values: number[], columns: number) => ({
    ...{ rows: values.length / columns, columns, values: Float32Array.from(values) },
  });
  const one = matrix([90, 1, 2, 1, 1, 95, 2, 1, 1, 2], 5);
  expect([...sinkColumns(one)]).toEqual([0]);
  expect([...besideSinks(one, sinkColumns(one))]).toEqual([1, 2, 1, 1, 2, 1, 1, 2]);
  expect(sinkColumns(matrix([9, 9, 1, 1, 1], 5)).size).toBe(0);
  expect(sinkColumns(matrix([Number.NaN, 1, 1, 1, 1], 5)).size).toBe(0);
  expect(sinkColumns(matrix([], 5)).size).toBe(0);
});

it('the place of an edit is its layers and the tokens of its subject', () => {
  const texts = tokens.map(({ text }) => text);
  const { layers: edited, tokens: subject } = editedPlace(eiffelEdit, texts);
  expect([...edited]).toEqual([2]);
  expect([...subject].map((token) => texts[token]).join('')).toBe('The Eiffel Tower');
  expect(Math.max(...edited)).toBeLessThan(layers);
  expect(editedPlace({ ...eiffelEdit, subject: 'Louvre' }, texts).tokens.size).toBe(0);
  expect(editedPlace(uncomputed, texts).layers.size).toBe(0);
  expect(editedPlace(null, texts)).toEqual({ layers: new Set(), tokens: new Set() });
});
