import { describe, expect, it } from 'vitest';
import { singledOut } from '../../../src/engine/review/attribution/facts.ts';
import { lookAlikes } from '../../../src/engine/review/attribution/subjects.ts';

describe('look-alikes', () => {
  const found = [
    { text: 'Dresden', score: 9 },
    { text: 'the Rialto Bridge', score: 24 },
    { text: 'Pierre Curie', score: 20 },
  ];

  it('end as one of the names that answer nearly as strongly as the best', () => {
    const names = ['Golden Gate Bridge', 'New Dresden', 'Marie CURIE', 'Bridgetown', 'Rome'];
    expect(lookAlikes(found, names)).toEqual(['Golden Gate Bridge', 'Marie CURIE']);
  });

  it('are none of nothing', () => {
    expect(lookAlikes([], ['Rome'])).toEqual([]);
  });

  it('stay behind the first unless far more changed about them', () => {
    const about = (text: string, ...scores: number[]) => ({
      subject: { text, score: 1 },
      objects: scores.map((score) => ({ text: 'Rome', score, prompt: text })),
    });
    const order = (...answers: ReturnType<typeof about>[]) =>
      singledOut(answers).map(({ subject }) => subject.text);
    expect(order(about('a', 3), about('b', 5), about('c', 2))).toEqual(['a', 'b', 'c']);
    expect(order(about('a', 1), about('b', 5), about('c', 9))).toEqual(['c', 'a', 'b']);
    expect(order(about('a'), about('b', 0.1))).toEqual(['b', 'a']);
    expect(order()).toEqual([]);
  });
});
