import { describe, expect, it } from 'vitest';
import { withoutCommonSpikes } from '../../../src/engine/review/difference/peers.ts';
import { change, pairOf } from './change.ts';

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

  it('are those of the same role and the same types alone', () => {
    const retyped = (n: number, ratio: number) => {
      const one = layer(n, ratio);
      return { ...one, diff: { ...one.diff, pair: pairOf(`blk.${n}.ffn_down.weight`, 'q4_K', 'q5_K') } };
    };
    expect(spikesOf(withoutCommonSpikes([layer(0, 5), retyped(1, 5), retyped(2, 5)]))).toEqual([1, 0, 0]);
    const roles = ['attn_q', 'attn_k', 'attn_v'].map((role) =>
      change(`blk.0.${role}.weight`, { relative: 0.08, floor: 0.08, spikes: 1, energy: 0.1, ratio: 5 }),
    );
    expect(spikesOf(withoutCommonSpikes(roles))).toEqual([1, 1, 1]);
  });

  it('take their share of the change and their sides along', () => {
    const two = layer(2, 20);
    const spectrum = two.spectrum && {
      ...two.spectrum,
      values: [20, 4, ...two.spectrum.values.slice(2)],
      spikes: 2,
      left: [Float64Array.of(1), Float64Array.of(2)],
      right: [Float64Array.of(3), Float64Array.of(4)],
    };
    const others = [4, 3.5, 3.8, 4.2].map((ratio, n) => layer(n + 3, ratio));
    const diff = { ...two.diff, norm: 40 };
    const [found] = withoutCommonSpikes([{ ...two, diff, spectrum }, ...others]);
    expect(found?.spectrum).toMatchObject({
      spikes: 1,
      energy: 20 ** 2 / 40 ** 2,
      left: [Float64Array.of(1)],
      right: [Float64Array.of(3)],
    });
    const [whole] = withoutCommonSpikes([{ ...two, diff: { ...diff, norm: 1 }, spectrum }, ...others]);
    expect(whole?.spectrum?.energy).toBe(1);
  });
});
