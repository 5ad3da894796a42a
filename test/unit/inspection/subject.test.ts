import { describe, expect, it } from 'vitest';
import { around, likelySubjects, subjectSpan } from '../../../src/engine/inspection/subject.ts';
import { wholeWords } from '../../../src/text/words.ts';

describe('whole words', () => {
  it.each([
    ['Rome and Romeo', 'Rome', [0]],
    ['Jerome, Rome!', 'Rome', [8]],
    ["Rome's", 'Rome', [0]],
    ['the German-born', 'German', [4]],
    ['Germany', 'German', []],
    ['e\u0301tat', 'e', []],
    ['2024', '2', []],
    ['1,000 and 1', '1', [10]],
    ['1,000 and 000', '000', [10]],
    ['2.5', '5', []],
    ['In 1.', '1', [3]],
    ['罗马是一个城市', '罗马', [0]],
    ['我爱罗马', '罗马', [2]],
    ['罗马是', '马', []],
    ['Rome是一个城市', 'Rome', [0]],
    ['ローマは', 'ローマ', [0]],
    ['ローマン', 'ローマ', []],
    ['โรมเป็นเมือง', 'โรม', [0]],
    ['โรมันคือ', 'โรม', []],
    ['로마는 도시이다', '로마', [0]],
    ['로마인 로마', '로마', [4]],
    ['a a', '', []],
    ['aa', 'b', []],
    ['𝐀b 𝐀', '𝐀', [4]],
  ])('%j: %j', (text, part, places) => expect(wholeWords(text, part)).toEqual(places));
});

describe('the subject of a prompt', () => {
  const prompt = 'The Eiffel Tower, taller than the Tower of Pisa, is in the city of Towers';
  const at = (occurrence?: number) => subjectSpan({ prompt, subject: 'Tower', occurrence })?.start;

  it('is the last that stands as whole words', () => {
    expect(at()).toBe(prompt.indexOf('Tower of'));
    expect(likelySubjects({ prompt, subject: 'Tower' })).toEqual([11, 34]);
    expect(subjectSpan({ prompt: 'Paris, comparison', subject: 'paris' })).toEqual({ start: 10, end: 15 });
  });

  it('is the one that is named, among all that there are', () => {
    expect(at(1)).toBe(11);
    expect(at(2)).toBe(34);
    expect(at(3)).toBe(prompt.indexOf('Towers'));
    expect(at(4)).toBeUndefined();
  });

  it('has the rest of the prompt around it', () => {
    expect(around({ prompt, subject: 'Tower', occurrence: 1 })).toEqual([
      'The Eiffel ',
      ', taller than the Tower of Pisa, is in the city of Towers',
    ]);
    expect(around({ prompt: 'a b', subject: 'c' })).toEqual(['a b', '']);
    expect(subjectSpan({ prompt, subject: '' })).toBeUndefined();
  });
});
