import { describe, expect, it } from 'vitest';
import { Prompt } from '../../../src/protocol/chat.ts';
import { isPrompt } from '../../../src/protocol/promptWords.ts';

describe('what a model can be asked with', () => {
  it.each([
    ['text', 'The capital of France is'],
    ['no text', ''],
    ['a turn', [{ role: 'user', content: 'Where?' }]],
    [
      'several turns',
      [
        { role: 'system', content: '' },
        { role: 'user', content: 'Where?' },
      ],
    ],
    ['no turns', []],
    ['a turn of nobody', [{ role: 'tool', content: 'x' }]],
    ['a turn without words', [{ role: 'user' }]],
    ['a turn of more than words', [{ role: 'user', content: 'x', name: 'y' }]],
    ['a text among turns', ['x']],
    ['nothing', null],
    ['a number', 3],
    ['a turn alone', { role: 'user', content: 'x' }],
  ])('%s is judged as the schema does', (_, value) => {
    expect(isPrompt(value)).toBe(Prompt.safeParse(value).success);
  });
});
