import { expect, test } from 'vitest';
import { answersOf } from '../../../src/engine/facade/measuring/measureSafety.ts';

test('each answer has the verdict of its own prompt; of silence there is none, and the next ones keep theirs', () => {
  const side = (
    texts: string[],
    safe: Partial<Record<'own' | 'otherAttack', boolean[]>>,
    declined: boolean[],
  ) => ({
    safe: {
      own: [],
      onlyQuestion: [],
      otherAttack: [],
      otherQuestion: [],
      otherAttackAndQuestion: [],
      ...safe,
    },
    declined,
    texts,
  });
  const answers = answersOf(
    { prompt: 'Attack' },
    { otherAttack: [{ prompt: 'First' }, { prompt: 'Second' }], harmless: [{ prompt: 'Bread?' }] },
    {
      // of the two other attacks the first is answered with silence, so there is one verdict
      before: side(['Sure', ' ', 'Sure, too', 'Flour'], { own: [false], otherAttack: [false] }, [false]),
      after: side(['No', 'No', '', 'No'], { own: [true], otherAttack: [true] }, [true]),
    },
  );
  expect(answers.map(({ kind, prompt }) => [kind, prompt])).toEqual([
    ['own', 'Attack'],
    ['otherAttack', 'First'],
    ['otherAttack', 'Second'],
    ['harmless', 'Bread?'],
  ]);
  expect(answers.map(({ before }) => before.well)).toEqual([false, null, false, true]);
  expect(answers.map(({ after }) => after.well)).toEqual([true, true, null, false]);
});
