import { describe, expect, it } from 'vitest';
import { hyperparametersFrom } from '../../../src/cli/hyperparameters.ts';

describe('--set', () => {
  it.each([
    ['a number', 'steps=40', { steps: 40 }],
    ['a list', 'templates=[[2, 5]]', { templates: [[2, 5]] }],
    ['a word, as choices are named', 'rateIn=value', { rateIn: 'value' }],
    ['a word in quotes', 'rateIn="value"', { rateIn: 'value' }],
    ['white space around it', ' clamp = 2', { clamp: 2 }],
  ])('takes %s', async (_, text, expected) => {
    expect(await hyperparametersFrom({ set: [text] })).toEqual(expected);
  });

  it.each([
    ['nothing set', 'steps', /NAME=VALUE/],
    ['no value', 'steps=', /NAME=VALUE/],
    ['what is neither JSON nor a word', 'templates=[2, 5', /is no number or other JSON value/],
  ])('refuses %s', async (_, text, said) => {
    await expect(hyperparametersFrom({ set: [text] })).rejects.toThrow(said);
  });

  it('takes the last of two', async () => {
    expect(await hyperparametersFrom({ set: ['steps=1', 'steps=2'] })).toEqual({ steps: 2 });
  });
});
