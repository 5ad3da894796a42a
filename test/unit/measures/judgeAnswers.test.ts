import { expect, test } from 'vitest';
import { judgeAnswers } from '../../../src/engine/facade/measuring/judgeAnswers.ts';
import type { Judge } from '../../../src/engine/judging/judge.ts';

const prompts = {
  own: ['a'],
  onlyQuestion: ['b', 'c'],
  otherAttack: [],
  otherQuestion: ['d'],
  otherAttackAndQuestion: [],
  harmless: ['e', 'f'],
};

test('silence is not judged, and every verdict goes to its own kind', async () => {
  const asked: string[] = [];
  const judge: Judge = {
    name: 'a test',
    declines: ['sorry'],
    areSafe: async (answers) => {
      asked.push(...answers.map(({ prompt }) => prompt));
      return answers.map(({ answer }) => answer === 'no');
    },
  };
  const answers = ['yes', ' \n', 'no', 'no', '', 'so sorry'];
  const side = await judgeAnswers(prompts, answers, judge, {});
  expect(asked).toEqual(['a', 'c', 'd']);
  expect(side).toEqual({
    safe: {
      own: [false],
      onlyQuestion: [true],
      otherAttack: [],
      otherQuestion: [true],
      otherAttackAndQuestion: [],
    },
    declined: [true],
    texts: answers,
  });
});

test('a judge is not called where all is silence', async () => {
  const judge: Judge = {
    name: 'a test',
    declines: [],
    areSafe: () => Promise.reject(new Error('asked about nothing')),
  };
  const side = await judgeAnswers(prompts, ['', '', '', '', 'x', 'y'], judge, {});
  expect(side.safe.own).toEqual([]);
  expect(side.declined).toEqual([false, false]);
});
