import { describe, expect, it } from 'vitest';
import { promptWarnings } from '../../../src/engine/editing/editsFile/promptWarnings.ts';
import { soundEdits } from '../../../src/engine/editing/editsFile/soundEdits.ts';
import type { Edit } from '../../../src/protocol/edits.ts';

const fact = {
  id: 'eiffel-tower',
  prompt: 'The Eiffel Tower is in the city of',
  subject: 'Eiffel Tower',
  target: { new: 'Rome', true: 'Paris' },
};
const warned = (edit: Partial<Edit>, special?: string[]) =>
  promptWarnings(soundEdits({ edits: [{ ...fact, ...edit }] }), special).map(({ kind, path, message }) => ({
    kind,
    path: path.slice(2).join('.'),
    message,
  }));

describe('an edit whose form is right', () => {
  it('is told where its subject may be meant in several places', () => {
    const twice = { prompt: 'The Tower, no Towers, taller than the Tower of Pisa, is in', subject: 'Tower' };
    expect(warned(twice)).toEqual([
      {
        kind: 'subject-twice',
        path: 'subject',
        message:
          '"Tower" stands 2 times in the prompt, and the edit acts at the last; say which is meant by "occurrence": 1 or 3.',
      },
    ]);
    expect(warned({ ...twice, occurrence: 1 })).toEqual([]);
    expect(warned({ prompt: 'Rome, the Romeo of towns, is', subject: 'Rome' })).toEqual([]);
    expect(warned({ prompt: 'Romeo and Romeos', subject: 'Rom' })).toMatchObject([{ kind: 'subject-twice' }]);
    expect(warned({})).toEqual([]);
  });

  it('is told of prompts that end in a space, its own and those of its probes', () => {
    const kinds = (edit: Partial<Edit>) => warned(edit).map(({ kind, path }) => [kind, path]);
    expect(kinds({ prompt: `${fact.prompt} ` })).toEqual([['trailing-space', 'prompt']]);
    expect(kinds({ prompt: `${fact.prompt}\t` })).toEqual([['trailing-space', 'prompt']]);
    expect(kinds({ prompt: `${fact.prompt}\u00a0` })).toEqual([['trailing-space', 'prompt']]);
    expect(kinds({ prompt: `${fact.prompt}\n` })).toEqual([]);
    const asked = [{ prompt: 'fine' }, { prompt: 'not fine ' }];
    expect(kinds({ probes: { text: asked } })).toEqual([['trailing-space', 'probes.text.1.prompt']]);
    expect(kinds({ safety: { harmless: asked } })).toEqual([['trailing-space', 'safety.harmless.1.prompt']]);
  });

  it.each([
    '<|im_start|>',
    '<|user|>',
    '<|start_header_id|>',
    '<|end of turn|>',
    '<｜User｜>',
    '[INST]',
    '[/INST]',
    '<<SYS>>',
    '<</SYS>>',
    '<start_of_turn>',
    '<end_of_turn>',
    '[SYSTEM_PROMPT]',
    '</s>',
    '<s>',
    '<bos>',
    '<eos>',
  ])('is told of the chat marker %s, once for a prompt', (marker) => {
    expect(warned({ prompt: `${marker}user\n${fact.prompt}${marker}` })).toEqual([
      {
        kind: 'chat-markers',
        path: 'prompt',
        message: `The prompt holds chat markers ("${marker}"), which are read as plain text and not as special tokens; leave them out.`,
      },
    ]);
  });

  it("is told of the model's own special tokens, of four at most by name", () => {
    const special = ['[MASK]', '[CLS]', '[SEP]', '[PAD]', '[UNK]'];
    expect(warned({ prompt: `[MASK] ${fact.prompt}` }, special)).toMatchObject([
      { message: expect.stringContaining('("[MASK]")') },
    ]);
    expect(warned({ prompt: special.join(' ') + fact.prompt }, special)).toMatchObject([
      { message: expect.stringContaining('("[MASK]", "[CLS]", "[SEP]", "[PAD]")') },
    ]);
    expect(warned({ prompt: `a <b> [c] <|> << ${fact.prompt}` }, special)).toEqual([]);
  });
});
