import { describe, expect, it } from 'vitest';
import type { Lens } from '../../../src/protocol/activations.ts';
import { magnitude, probability, round, share, signed } from '../../../src/text/numbers.ts';
import { visibleToken } from '../../../src/text/visible.ts';
import { overtakingLayer } from '../../../webview/inspector/lens/overtaking.ts';
import { wordDiff } from '../../../webview/inspector/locality/wordDiff.ts';
import { readSettings } from '../../../webview/inspector/try/samplingSettings.ts';

describe('the layer where the new answer overtakes', () => {
  const lens = (...leads: number[]): Lens => ({
    tokens: [{ id: 1, text: 'a' }],
    positions: [0],
    layers: leads.map((lead) => [
      {
        top: [],
        targets: [
          { id: 1, logP: lead, rank: 1 },
          { id: 2, logP: 0, rank: 2 },
        ],
      },
    ]),
  });

  it('is the first from which on it leads to the end', () => {
    expect(overtakingLayer(lens(-1, 1, -1, 2, 3))).toBe(3);
    expect(overtakingLayer(lens(1, 1))).toBe(0);
  });

  it('is none where it falls back, ties, or has nothing to overtake', () => {
    expect(overtakingLayer(lens(-1, 5, -1))).toBeNull();
    expect(overtakingLayer(lens(-1, 0))).toBeNull();
    const alone = lens(1);
    const [[cell] = []] = alone.layers;
    expect(
      overtakingLayer({ ...alone, layers: [[{ top: [], targets: cell?.targets.slice(0, 1) ?? [] }]] }),
    ).toBeNull();
  });
});

describe('the word diff', () => {
  it('says what each text alone has, in reading order', () => {
    const parts = wordDiff(' Paris. It is in France', ' Rome. It is in Italy');
    expect(
      parts
        .filter(({ side }) => side !== 'after')
        .map(({ text }) => text)
        .join(''),
    ).toBe(' Paris. It is in France');
    expect(
      parts
        .filter(({ side }) => side !== 'before')
        .map(({ text }) => text)
        .join(''),
    ).toBe(' Rome. It is in Italy');
    expect(parts.find(({ text }) => text === 'Rome')?.side).toBe('after');
  });

  it('has one part for equal texts, and takes very long ones as wholes', () => {
    const told = (before: string, after: string) =>
      wordDiff(before, after)
        .map(({ text, side }) => ({ before: `~${text}~`, after: `_${text}_`, both: text })[side])
        .join('');
    expect(told('The United States has a population of', 'The Roman Empire was ruled of')).toBe(
      'The ~United States has a population~_Roman Empire was ruled_ of',
    );
    expect(told('in Paris and in Lyon', 'in Rome and in Oslo')).toBe('in ~Paris~_Rome_ and in ~Lyon~_Oslo_');
    expect(wordDiff('the same', 'the same')).toEqual([{ text: 'the same', side: 'both' }]);
    const [long, other] = ['a '.repeat(15_000), 'b '.repeat(15_000)];
    expect(wordDiff(long, other).map(({ side }) => side)).toEqual(['before', 'after']);
  });
});

describe('numbers', () => {
  it('have three digits, and scientific ones where a point would hide them', () => {
    expect([0, 0.012345, 19.888, 123.4, 12_345, 1.2e-7, 4e9].map(magnitude)).toEqual([
      '0',
      '0.0123',
      '19.9',
      '123',
      '12 345',
      '1.2e−7',
      '4e9',
    ]);
    expect([200, 0.5, 10, 0, -2.5].map(round)).toEqual(['200', '0.5', '10', '0', '−2.5']);
    expect([-2.5, 2.5, 0].map(signed)).toEqual(['−2.50', '+2.50', '0']);
  });

  it('keep the name of what is not finite: a NaN is a finding', () => {
    expect([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, null].map(magnitude)).toEqual([
      'NaN',
      '∞',
      '−∞',
      '–',
    ]);
  });

  it('write shares and probabilities as papers do', () => {
    expect([1, 0.921, 0, null].map(share)).toEqual(['1.000', '.921', '.000', '–']);
    expect([1, 0.931, 0.0004, 0].map(probability)).toEqual(['100 %', '93.1 %', '4e−4', '0 %']);
  });
});

describe('tokens', () => {
  it('show their spaces and name what cannot be printed', () => {
    expect([' Rome', '\n', '', 'a\u202eb', '\u0007'].map(visibleToken)).toEqual([
      '·Rome',
      '⏎',
      '∅',
      'a\\u{202E}b',
      '\\u{7}',
    ]);
  });
});

describe('sampling settings', () => {
  const typed = { sampled: true, temperature: '0,8', topP: '0.95', seed: '7', maxTokens: '64' };

  it('are read as numbers, with a comma or a point', () => {
    expect(readSettings(typed)).toEqual({
      valid: true,
      value: { maxTokens: 64, sampling: { temperature: 0.8, topP: 0.95, seed: 7 } },
    });
    expect(readSettings({ ...typed, sampled: false, temperature: 'x' })).toEqual({
      valid: true,
      value: { maxTokens: 64 },
    });
  });

  it.each([{ temperature: '0' }, { topP: '1.1' }, { seed: '1.5' }, { maxTokens: '0' }, { maxTokens: '' }])(
    'say what is wrong with %o',
    (wrong) => {
      const read = readSettings({ ...typed, ...wrong });
      expect(read.valid).toBe(false);
    },
  );
});
