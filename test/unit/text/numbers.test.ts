import { expect, it } from 'vitest';
import {
  bytes,
  count,
  counted,
  float32,
  magnitude,
  percent,
  probability,
  round,
  share,
  signed,
  strength,
} from '../../../src/text/numbers.ts';

it.each([
  [share, 0.9214, '.921'],
  [share, 1, '1.000'],
  [share, 0, '.000'],
  [share, null, '–'],
  [strength, 1, '1'],
  [strength, 0.5, '.5'],
  [strength, -0.125, '−.125'],
  [strength, 10, '10'],
  [probability, 0.978, '97.8 %'],
  [probability, 0.9999, '100 %'],
  [probability, 0.0004, '4e−4'],
  [probability, undefined, '–'],
  [magnitude, 0.0312345, '0.0312'],
  [magnitude, 12345.6, '12 346'],
  [magnitude, 3e-7, '3e−7'],
  [magnitude, -1234567, '−1.2e6'],
  [magnitude, Number.NaN, 'NaN'],
  [magnitude, Number.NEGATIVE_INFINITY, '−∞'],
  [round, 0.5, '0.5'],
  [signed, 0.31, '+0.310'],
  [signed, -2.4, '−2.40'],
  [count, 49_152, '49 152'],
  [percent, 0.866, '87 %'],
  [float32, Math.fround(1e-5), '0.00001'],
  [float32, Math.fround(1 / 3), '0.33333334'],
  [float32, Number.NaN, 'NaN'],
  [bytes, 1_500_000, '1.5 MB'],
  [bytes, 999, '999 bytes'],
] as const)('%o of %s is %s', (write, value, written) => {
  expect((write as (value: unknown) => string)(value)).toBe(written);
});

it('numbers of things read as words where there is one', () => {
  expect([counted(1, 'direction'), counted(3, 'direction'), counted(2, 'key', 'keys')]).toEqual([
    'one direction',
    '3 directions',
    '2 keys',
  ]);
});
