import { expect, it } from 'vitest';
import { ratesSentence } from '../../../src/engine/review/inspectRates.ts';

it('names the measured model whose depth is nearest, as a factor, with the interval of both rates', () => {
  expect(ratesSentence(6)).toMatch(/almanac of 6 layers, \d+ of 20 \(0\.\d\d-[01]\.\d\d\) edited/);
  expect(ratesSentence(12)).toContain('almanac');
  expect(ratesSentence(15)).toContain('SmolLM2-135M of 30 layers');
  expect(ratesSentence(80)).toContain('SmolLM2-135M of 30 layers');
});
