import { afterAll, describe, expect, it } from 'vitest';
import { targetTokens } from '../../../src/engine/inspection/targetTokens.ts';
import { Model } from '../../../src/engine/llama/model.ts';
import { almanac, smollm2, withSmollm2 } from '../models.ts';
import { TinyModels } from '../tiny/write.ts';

describe('targets in tokens', () => {
  const models = new TinyModels();
  afterAll(() => models[Symbol.dispose]());

  it.each([
    ['almanac', async () => almanac],
    ...(withSmollm2 ? [['SmolLM2', async () => smollm2()] as const] : []),
    ['a SentencePiece vocabulary', () => models.write('llama')],
  ] as const)('of %s are what stands behind the prompt, with one space or none', async (_, file) => {
    using model = await Model.load(await file());
    const { tokenizer } = model;
    const text = (...asked: [prompt: string, target: string, space?: boolean]) =>
      tokenizer.text(targetTokens(model, ...asked));
    expect(text('The Eiffel Tower is in', 'Rome')).toBe(' Rome');
    expect(text('The Eiffel Tower is in ', 'Rome')).toBe('Rome');
    expect(text('The city is called "', 'Rome')).toBe('Rome');
    expect(text('法国的首都是', '罗马')).toBe('罗马');
    expect(text('フランスの首都は', 'ローマ')).toBe('ローマ');
    expect(text('เมืองหลวงคือ', 'โรม')).toBe('โรม');
    expect(text('Franco-', 'Italian')).toBe('Italian');
    expect(text('The city of', '\nRome')).toBe('\nRome');
    expect(text('法国的首都是', '罗马', true)).toBe(' 罗马');
    expect(text('The Eiffel Tower is in', 'Rome', false)).toBe('Rome');
    expect(() => text('The city of', ' ')).toThrow(/is empty/);
  });
});
