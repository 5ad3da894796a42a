import { expect, test } from 'vitest';
import { readHeader } from '../../../src/engine/gguf/header.ts';
import { GGML_TYPES, quantisation, tensorBytes } from '../../../src/engine/gguf/types.ts';
import { build, sourceOf } from './build.ts';

const typeOf = (name: string) => {
  const type = [...GGML_TYPES.values()].find((candidate) => candidate.name === name);
  if (type === undefined) throw new Error(`no type ${name}`);
  return type;
};

test('bytes follow from blocks: published bits per weight', () => {
  const bits = (name: string) => (8 * tensorBytes(typeOf(name), [4096, 32])) / (4096 * 32);
  expect(bits('f32')).toBe(32);
  expect(bits('bf16')).toBe(16);
  expect(bits('q8_0')).toBe(8.5);
  expect(bits('q4_0')).toBe(4.5);
  expect(bits('q4_1')).toBe(5);
  expect(bits('q4_K')).toBe(4.5);
  expect(bits('q5_K')).toBe(5.5);
  expect(bits('q6_K')).toBe(6.5625);
  expect(bits('iq4_xs')).toBe(4.25);
});

test('the mix counts tensors, parameters and bytes per type, the largest first', async () => {
  const { tensors } = await readHeader(
    sourceOf(
      build({
        tensors: [
          { name: 'norm', ne: [32] },
          { name: 'up', ne: [32, 64], type: 3, bytes: 1280 },
          { name: 'down', ne: [64, 32], type: 3, bytes: 1280 },
        ],
      }),
    ),
  );
  const { parameters, bitsPerWeight, mix } = quantisation(tensors);
  expect(parameters).toBe(32 + 2 * 2048);
  expect(bitsPerWeight).toBeCloseTo((8 * (128 + 2560)) / 4128, 10);
  expect(mix).toEqual([
    { type: 'q4_1', tensors: 2, parameters: 4096, bytes: 2560 },
    { type: 'f32', tensors: 1, parameters: 32, bytes: 128 },
  ]);
  expect(quantisation([])).toEqual({ parameters: 0, bitsPerWeight: 0, mix: [] });
});
