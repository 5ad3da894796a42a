import { describe, expect, it } from 'vitest';
import { attentionMaps, headPictures } from '../../../webview/inspector/attention/attentionMaps.ts';
import { readTraced } from '../../../webview/inspector/trace/readTraced.ts';
import { strongestOf, traceMaps } from '../../../webview/inspector/trace/traceMaps.ts';
import { eiffel } from './eiffel.ts';

const { before, after } = eiffel.trace;

describe('the maps of a trace', () => {
  it('show the kinds of states on one scale, which has room below 0 where effects are really negative', () => {
    const maps = traceMaps(before);
    expect(maps.maps.map(({ title }) => title)).toEqual(['Residual stream', 'MLP', 'Attention']);
    expect(maps.maps[1]?.matrix.values[2 * 12 + 5]).toBe(Math.fround(before.indirect.mlp[2]?.[5] ?? 0));
    expect(maps.scale.diverging).toBe(false);
    const negative = before.indirect.attention.map((row) => row.map((effect) => -effect));
    const turned = traceMaps({ ...before, indirect: { ...before.indirect, attention: negative } });
    expect(turned.scale.diverging).toBe(true);
  });

  it('name the state that restores most', () => {
    expect(strongestOf(after, 'mlp')).toMatchObject({ layer: 2, token: 5 });
    expect(strongestOf({ ...after, indirect: { ...after.indirect, mlp: [] } }, 'mlp')).toBeUndefined();
  });
});

describe('the maps of attention', () => {
  const comparison = {
    tokens: [],
    layer: 0,
    heads: 2,
    head: null,
    side: 2,
    before: Float32Array.of(1, 0, 0.5, 0.5, 1, 0, 0.25, 0.75),
    after: Float32Array.of(1, 0, 0.5, 0.5, 1, 0, 0.75, 0.25),
  };

  it('have a picture for each head, and how far it moved', () => {
    const heads = headPictures(comparison, 'both');
    expect(heads.map(({ moved }) => moved)).toEqual([0, 0.5]);
    expect([...(heads[1]?.matrix.values ?? [])]).toEqual([1, 0, 0.25, 0.75]);
    expect([...(headPictures(comparison, 'difference')[1]?.matrix.values ?? [])]).toEqual([0, 0, 0.5, -0.5]);
  });

  it('show one state without a change, both on one scale with it, or what differs', () => {
    const one = {
      ...comparison,
      head: 1,
      before: comparison.before.slice(4),
      after: comparison.after.slice(4),
    };
    const drawn = { shown: 'both', spread: 'linear' } as const;
    expect(attentionMaps(one, drawn, false).maps.map(({ title }) => title)).toEqual(['Before']);
    expect(attentionMaps(one, drawn, true).maps.map(({ title }) => title)).toEqual(['Before', 'After']);
    const moved = attentionMaps(one, { ...drawn, shown: 'difference' }, true);
    expect([moved.scale.diverging, moved.scale.high]).toEqual([true, 0.5]);
  });
});

describe('what is to be traced', () => {
  it.each([
    ['', '10'],
    ['Louvre', '10'],
    ['Tower', '0'],
    ['Tower', '2.5'],
    ['Tower', ''],
    ['Tower', '1001'],
  ])('refuses the subject "%s" with %s noises', (subject, samples) => {
    expect(readTraced('The Eiffel Tower is in', { subject, samples }).valid).toBe(false);
  });

  it('is read without the spaces around it', () => {
    const read = readTraced('The Eiffel Tower is in', { subject: ' Tower ', samples: '3' });
    expect(read).toEqual({ valid: true, value: { subject: 'Tower', samples: 3 } });
  });
});
