import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Result } from '../../../scripts/docs/result.ts';
import { ratesSentence } from '../../../src/engine/review/inspectRates.ts';

it('names the measured model whose depth is nearest, as a factor, with the interval of both rates', () => {
  expect(ratesSentence(6)).toMatch(/almanac with 6 layers, \d+ of 20 \(0\.\d\d-[01]\.\d\d\) edited/);
  expect(ratesSentence(12)).toContain('almanac');
  expect(ratesSentence(15)).toContain('SmolLM2-135M with 30 layers');
  expect(ratesSentence(80)).toContain('SmolLM2-135M with 30 layers');
});

it('quotes what the benchmark keeps', () => {
  const { rows } = Result.parse(JSON.parse(readFileSync('bench/results/review-inspect.json', 'utf8')));
  for (const { title, cells } of rows) {
    const { layers, edited } = cells;
    if (typeof layers !== 'number' || typeof edited !== 'object' || !('n' in edited)) throw new Error(title);
    expect(ratesSentence(layers)).toContain(
      `${Math.round(edited.value * (edited.n ?? Number.NaN))} of ${edited.n} (`,
    );
  }
});
