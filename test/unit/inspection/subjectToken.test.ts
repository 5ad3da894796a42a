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

  it('is counted in bytes', () => {
    expect(subjectToken(spans, prompt, 3)).toEqual({ lookup: 2, atBoundary: true });
    expect(subjectToken(spans, prompt, 7)).toEqual({ lookup: 3, atBoundary: false });
    expect(subjectToken(spans, prompt, 11)).toEqual({ lookup: 4, atBoundary: false });
    expect(subjectToken(spans, prompt, prompt.length)).toEqual({ lookup: 4, atBoundary: true });
  });
});
