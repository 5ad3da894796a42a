import { describe, expect, it } from 'vitest';
import { unbacked } from '../../../scripts/docs/unbacked.ts';

describe('figures in prose', () => {
  it.each([
    'S is .933.',
    'It holds in 97.8 % of cases.',
    'It takes 4 s.',
    'It takes 12 minutes on a laptop.',
    'It needs .58 GB.',
    'It is 14.8 times as fast.',
    'Found in 3 of 70.',
    'Found in 3 of the 1,200 files.',
    'The largest is 0.0065.',
    '| AlphaEdit | .990 (.95–1.00) |',
  ])('are found: %s', (text) => {
    expect(unbacked(text)).not.toEqual([]);
  });

  it.each([
    'Set `learningRate=0.25` and `steps=25`.',
    'Version 0.1.0, 2026-11-29, Node 20.19, Q4_1, arXiv 2602.04653.',
    'Layers 0 to 2 were changed in two of three cases.',
    '```\nanswers restored  100 % of 5\n```',
    'ES <!--=a/b/c-->.990<!--/-->',
  ])('are not what is typed, named or filled in: %s', (text) => {
    expect(unbacked(text)).toEqual([]);
  });
});
