import { describe, expect, it } from 'vitest';
import { locate } from '../../../src/engine/editing/keys/lookup.ts';
import { promptTokens, targetTokens } from '../../../src/engine/inspection/targetTokens.ts';
import { tokenSpans } from '../../../src/engine/inspection/tokenSpans.ts';
import type { Tokenizer } from '../../../src/engine/llama/tokenizer.ts';
import type { Turn } from '../../../src/protocol/chat.ts';
import { wordModel } from '../editing/wordTokenizer.ts';

/** `<...>` are special tokens; other words are tokens with what stands before them. */
function chatTokenizer(habits: { ownSpace?: boolean; eatsSpace?: boolean; addsBos?: boolean }): Tokenizer {
  const texts: string[] = ['<s>'];
  const idOf = (text: string) => {
    if (!texts.includes(text)) texts.push(text);
    return texts.indexOf(text);
  };
  const words = (text: string) =>
    ((habits.ownSpace && text !== '' ? ` ${text}` : text).match(/\s?[^\s]+|\s/g) ?? []).map(idOf);
  const pieceBytes = (token: number, special = false) =>
    Buffer.from(/^<.*>$/.test(texts[token] ?? '') && !special ? '' : (texts[token] ?? ''));
  const tokenizer = {
    bos: 0,
    eos: 0,
    addsBos: habits.addsBos ?? false,
    continuation: words,
    chat: (text: string) =>
      (habits.eatsSpace ? text.replace(/>\s/g, '>') : text)
        .split(/(<[^>]*>)/)
        .flatMap((part) => (part.startsWith('<') ? [idOf(part)] : words(part))),
    piece: (token: number) => texts[token] ?? '',
    pieceBytes,
    text: (tokens: readonly number[]) => Buffer.concat(tokens.map((token) => pieceBytes(token))).toString(),
  };
  return tokenizer as Partial<Tokenizer> as Tokenizer;
}

const template =
  "{% if messages[0].role != 'system' %}<sys>\nYou know the Eiffel Tower.<end>\n{% endif %}{% for m in messages %}<{{ m.role }}>\n{{ m.content | trim }}<end>\n{% endfor %}{% if add_generation_prompt %}<bot>\n{% endif %}";
const ask = (content: string): Turn[] => [{ role: 'user', content }];

describe.each([
  ['as it is', {}],
  ['that puts a space before every text', { ownSpace: true }],
  ['whose special tokens take white space away', { eatsSpace: true }],
  ['that begins with a token of its own', { addsBos: true }],
])('the tokens of a conversation, by a tokenizer %s', (_, habits) => {
  const model = wordModel(template, chatTokenizer(habits));
  const prompt = ask('\n Zoë, where is the Eiffel Tower ?');

  it('stand for the words of the last turn alone', () => {
    const spans = tokenSpans(model, prompt);
    expect(spans.map(({ id }) => id)).toEqual(promptTokens(model, prompt));
    const bytes = Buffer.from('\n Zoë, where is the Eiffel Tower ?');
    const own = spans.filter(({ start, end }) => end > start);
    expect(own.map(({ start, end }) => bytes.subarray(start, end).toString().trim())).toEqual([
      'Zoë,',
      'where',
      'is',
      'the',
      'Eiffel',
      'Tower',
      '?',
    ]);
    expect(own.map(({ text }) => text.trim())).toEqual([
      'Zoë,',
      'where',
      'is',
      'the',
      'Eiffel',
      'Tower',
      '?',
    ]);
  });

  it.each(['{}', 'So. {}'])('tell the subject from the same words in the template, in %s', (around) => {
    const { tokens, lookup, atBoundary } = locate(model, { prompt, subject: 'Eiffel Tower' }, around);
    const rest = tokens.slice(lookup).map((token) => model.tokenizer.piece(token).trim());
    expect(rest.filter((piece) => piece !== '')).toEqual(['Tower', '?', '<end>', '<bot>']);
    expect(atBoundary).toBe(true);
  });

  it('tell it from the same words in earlier turns', () => {
    const turns: Turn[] = [
      { role: 'system', content: 'You love the Eiffel Tower.' },
      ...ask('Is the Eiffel Tower tall?'),
      { role: 'assistant', content: 'The Eiffel Tower is.' },
      ...ask('Is the Eiffel Tower old?'),
    ];
    const { tokens, lookup } = locate(model, { prompt: turns, subject: 'Eiffel Tower' });
    expect(model.tokenizer.piece(tokens[lookup + 1] ?? -1)).toBe(' old?');
  });

  it('are followed by the target without a space, as the template has it', () => {
    const text = (target: string, space?: boolean) =>
      model.tokenizer.text(targetTokens(model, prompt, target, space));
    expect(text('Rome').trim()).toBe('Rome');
    if (!('ownSpace' in habits)) expect([text('Rome'), text('Rome', true)]).toEqual(['Rome', ' Rome']);
  });
});

it('is joined with a space where the template puts one before what the assistant says', () => {
  const spaced =
    "{% for m in messages %}{% if m.role == 'user' %}[INST] {{ m.content }} [/INST]{% else %} {{ m.content }}{% endif %}{% endfor %}";
  const model = wordModel(spaced, chatTokenizer({}));
  expect(model.tokenizer.text(targetTokens(model, ask('Where?'), 'Rome'))).toBe(' Rome');
  const bare = wordModel(spaced.replace('%} {{', '%}{{'), chatTokenizer({}));
  expect(bare.tokenizer.text(targetTokens(bare, ask('Where?'), 'Rome'))).toBe('Rome');
});

it.each([
  ['changes', '{{ messages[0].content | upper }}'],
  ['leaves out', 'x'],
  ['repeats', '{{ messages[0].content }} {{ messages[0].content }}'],
])('says so where the template %s the words', (_, wrong) => {
  const model = wordModel(wrong, chatTokenizer({}));
  expect(() => locate(model, { prompt: ask('Where is Rome?'), subject: 'Rome' })).toThrow(
    'The chat template of words.gguf does not keep the words of the last turn, so that no subject is found in them.',
  );
});

it('says that a model without a template is no chat model', () => {
  expect(() => locate(wordModel(), { prompt: ask('Where is Rome?'), subject: 'Rome' })).toThrow(
    'words.gguf has no chat template',
  );
});
