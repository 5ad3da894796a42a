import { describe, expect, it } from 'vitest';
import { answersNoName } from '../../../src/engine/review/attribution/subjects.ts';

const names = (...scores: number[]) => scores.map((score) => ({ text: `name ${score}`, score }));

describe('a change that was written for no name', () => {
  it.each([
    ['one direction that answers all alike', names(1, 2, 1.9), 1, true],
    ['one direction that answers the likes of its subject', names(1, 5, 3), 1, false],
    ['several directions that answer none', names(1.5, 2.9), 4, true],
    ['several directions of which one is answered', names(24, 5), 4, false],
    // an order by likelihood does not put the strongest first
    ['the strongest anywhere in the list', names(1, 1, 24), 1, false],
    ['nothing that was asked', [], 1, false],
  ] as const)('%s: %#', (_, asked, directions, is) => {
    expect(answersNoName(asked, directions)).toBe(is);
  });
});
