import { describe, expect, it } from 'vitest';
import { withoutCommonSpikes } from '../../../src/engine/review/difference/peers.ts';
import { change } from './change.ts';

const spikesOf = (changes: ReturnType<typeof withoutCommonSpikes>) =>
  changes.map(({ spectrum }) => spectrum?.spikes);
const layer = (n: number, ratio: number, floor = 0.08) =>
  change(`blk.${n}.ffn_down.weight`, {
    relative: 0.08,
    floor,
    spikes: ratio > 3 ? 1 : 0,
    energy: 0.1,
    ratio,
  });

describe('directions that rounding makes in every layer', () => {
  it('do not count, but what stands out of them does', () => {
    const layers = [4, 3.5, 20, 3.8, 4.2].map((ratio, n) => layer(n, ratio));
    expect(spikesOf(withoutCommonSpikes(layers))).toEqual([0, 0, 1, 0, 0]);
  });

  it('count where nothing was rounded, and where they stand out farther than rounding can', () => {
    const exact = [4, 3.5, 3.8].map((ratio, n) => layer(n, ratio, 0));
    expect(spikesOf(withoutCommonSpikes(exact))).toEqual([1, 1, 1]);
    const adapter = [30, 25, 40].map((ratio, n) => layer(n, ratio));
    expect(spikesOf(withoutCommonSpikes(adapter))).toEqual([1, 1, 1]);
  });

  it('leave a single matrix of its kind alone', () => {
    expect(spikesOf(withoutCommonSpikes([layer(0, 5)]))).toEqual([1]);
  });
});
