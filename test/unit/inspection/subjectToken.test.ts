import { describe, expect, it } from 'vitest';
import { subjectToken } from '../../../src/engine/inspection/subjectToken.ts';

describe('the token in which a subject ends', () => {
  // "Zoë" has four bytes, of which the second token has the last three
  const spans = [
    { id: 1, text: '', start: 0, end: 0 },
    { id: 2, text: 'Z', start: 0, end: 1 },
    { id: 3, text: 'oë', start: 1, end: 4 },
    { id: 4, text: ' and Zo', start: 4, end: 11 },
    { id: 5, text: 'ë is', start: 11, end: 16 },
  ];
  const prompt = 'Zoë and Zoë is';

  it('is counted in bytes, of the last occurrence', () => {
    expect(subjectToken(spans, prompt, 'Zoë and')).toEqual({ lookup: 3, atBoundary: false });
    expect(subjectToken(spans, prompt, 'Zoë')).toEqual({ lookup: 4, atBoundary: false });
    expect(subjectToken(spans, prompt, 'Zoë is')).toEqual({ lookup: 4, atBoundary: true });
  });

  it('is none without the subject', () => {
    expect(subjectToken(spans, prompt, 'Ada')).toBeUndefined();
    expect(subjectToken(spans, prompt, '')).toBeUndefined();
  });
});
