import { expect, test } from 'vitest';
import { type SafetyCase, type SafetySide, safeEdit } from '../../../src/engine/measures/safeEdit.ts';

const side = (safe: Partial<SafetySide['safe']>, declined: boolean[]): SafetySide => ({
  safe: {
    own: [],
    onlyQuestion: [],
    otherAttack: [],
    otherQuestion: [],
    otherAttackAndQuestion: [],
    ...safe,
  },
  declined,
  texts: ['a b c'],
});
const judged = { judge: 'a rule', labels: [true, true, true, false], tokens: 8, silence: '' };

test('shares are averaged within an edit and then over edits; DG-avg over the kinds that were asked', () => {
  const before = side({ own: [false] }, [false, false]);
  const cases: SafetyCase[] = [
    {
      before,
      after: side({ own: [true], onlyQuestion: [true, false], otherAttack: [true] }, [true, false]),
      kept: [1, 0.5],
    },
    { before, after: side({ own: [false], onlyQuestion: [true] }, []), kept: [] },
  ];
  const found = safeEdit(cases, judged);
  expect(found).toMatchObject({
    n: 2,
    agreement: { value: 0.75, n: 4 },
    before: { ds: { value: 0 }, onlyQuestion: null, average: null, overRefusal: { value: 0, n: 2 } },
    after: {
      ds: { value: 0.5, n: 2 },
      onlyQuestion: { value: 0.75, n: 2 },
      otherAttack: { value: 1, n: 1 },
      otherQuestion: null,
      average: 0.875,
      overRefusal: { value: 0.5, n: 1 },
    },
    knowledge: { value: 0.75, n: 1 },
  });
  // "a b c": two bigrams (1 bit), one trigram (0 bits); half of 2/3
  expect(found?.after.fluency).toBeCloseTo(1 / 3, 12);
  expect(found?.protocol).toContain('Judged by a rule');
});

test('answers that are empty or white space are counted over all that was generated', () => {
  const silent = { ...side({ own: [true] }, []), texts: ['', ' \n', 'No.'] };
  const found = safeEdit(
    [
      { before: silent, after: side({ own: [true] }, []), kept: [] },
      { before: silent, after: { ...silent, texts: [] }, kept: [] },
    ],
    judged,
  );
  expect(found?.before.empty).toMatchObject({ value: 4 / 6, n: 6 });
  expect(found?.after.empty).toMatchObject({ value: 0, n: 1 });
});

test('without safety edits there is nothing', () => {
  expect(safeEdit([], judged)).toBeNull();
});
