import { beforeAll, describe, expect, it } from 'vitest';
import { startToken } from '../../../src/engine/editing/keys/keyText.ts';
import { locate } from '../../../src/engine/editing/keys/lookup.ts';
import type { EditSession } from '../../../src/engine/editing/session/session.ts';
import { type Rewriting, rewriting } from '../../../src/engine/editing/value/rewriting.ts';
import { wordModel } from './wordTokenizer.ts';

const request = { prompt: 'The Eiffel Tower stands in', subject: 'Eiffel Tower', target: 'Rome by night' };
const model = wordModel();
const { tokenizer } = model;
const words = (tokens: readonly { readonly token: number }[] | undefined) =>
  tokenizer.text((tokens ?? []).map(({ token }) => token));

describe('the lookup token', () => {
  it('is the last of the subject', () => {
    const { tokens, lookup, atBoundary } = locate(model, request);
    expect(tokenizer.text(tokens)).toBe('The Eiffel Tower stands in');
    expect(tokenizer.piece(tokens[lookup] ?? 0)).toBe(' Tower');
    expect(atBoundary).toBe(true);
  });

  it('is found behind what the prompt stands in', () => {
    const { tokens, lookup } = locate(model, request, 'I saw the Eiffel Tower once. {}');
    expect(tokenizer.text(tokens.slice(lookup))).toBe(' Tower stands in');
    expect(lookup).toBe(9);
  });

  it('is the token that holds the end of the subject where none ends there', () => {
    const { tokens, lookup, atBoundary } = locate(model, { prompt: 'A Towers view', subject: 'Tower' });
    expect(tokenizer.piece(tokens[lookup] ?? 0)).toBe(' Towers');
    expect(atBoundary).toBe(false);
  });

  it('is not found where the subject is not', () => {
    expect(() => locate(model, { prompt: 'A view', subject: 'Tower' })).toThrow(
      'The subject "Tower" does not occur in the prompt "A view".',
    );
  });
});

describe('the prompts of an edit', () => {
  const templates = ['{}', 'Well. {}'];
  let made: Rewriting;
  beforeAll(() => {
    const kept = ['Eiffel Tower is tall', 'See Eiffel Tower today'];
    made = rewriting(model, request, templates, { kl: 0.25, protect: 0.6 }, kept);
  });
  const of = (sequence: number) => ({
    prefix: made.prefix?.tokens.filter((token) => token.sequence === sequence),
    suffix: made.suffix.tokens.filter((token) => token.sequence === sequence),
  });

  it('are divided before their lookup tokens', () => {
    expect(made.rewrites).toBe(2);
    expect([0, 1, 2, 3, 4].map((n) => [words(of(n).prefix), words(of(n).suffix)])).toEqual([
      ['The Eiffel', ' Tower stands in Rome by'],
      ['Well. The Eiffel', ' Tower stands in Rome by'],
      ['Eiffel', ' Tower is a'],
      ['Eiffel', ' Tower is tall'],
      ['See Eiffel', ' Tower today'],
    ]);
    expect(made.columns.map((column) => words(made.suffix.tokens.slice(column, column + 1)))).toEqual(
      new Array(5).fill(' Tower'),
    );
    expect(made.tokens).toBe((made.prefix?.length ?? 0) + made.suffix.length);
  });

  it('count their positions on', () => {
    for (const n of [0, 1, 2, 3, 4]) {
      const positions = [...(of(n).prefix ?? []), ...of(n).suffix].map(({ position }) => position);
      expect(positions).toEqual(positions.map((_, i) => i));
    }
  });

  it('ask for every token of the target, and for the next one of what is kept', () => {
    const outputs = (n: number) => words(of(n).suffix.filter(({ output }) => output));
    expect([0, 1, 2, 3, 4].map(outputs)).toEqual([' in Rome by', ' in Rome by', ' a', ' tall', ' today']);
    expect(made.prefix?.outputs).toEqual([]);
    const target = [' Rome', ' by', ' night'].map((word) => tokenizer.continuation(word)[0]);
    const asked = target.map((token) => ({ kind: 'target', token, weight: 1 / 6 }));
    expect(made.supervision).toEqual([
      ...asked,
      ...asked,
      { kind: 'keep', weight: 0.25 },
      { kind: 'keep', weight: 0.3 },
      { kind: 'keep', weight: 0.3 },
    ]);
  });

  it('hold nothing where nothing is to be kept', () => {
    const { supervision, suffix } = rewriting(model, request, ['{}'], { kl: 0, protect: 1 });
    expect(supervision.map(({ kind }) => kind)).toEqual(['target', 'target', 'target']);
    expect(words(suffix.tokens)).toBe(' Tower stands in Rome by');
  });

  it('need no prefix where the subject opens them', () => {
    const opening = {
      ...tokenizer,
      prompt: (text: string) => tokenizer.continuation(text),
    } as typeof tokenizer;
    const fact = { prompt: 'Rome is in', subject: 'Rome', target: 'Spain' };
    const { prefix, suffix, tokens } = rewriting(wordModel(undefined, opening), fact, ['{}'], {
      kl: 0,
      protect: 0,
    });
    expect(prefix).toBeUndefined();
    expect(words(suffix.tokens)).toBe('Rome is in');
    expect(tokens).toBe(3);
  });
});

describe('the beginning of a made-up text', () => {
  const session = (known: { addsBos: boolean; size: number; controls: number[] }) =>
    ({
      model: {
        tokenizer: { ...known, bos: 1, isControl: (token: number) => known.controls.includes(token) },
      },
    }) as unknown as EditSession;

  it("is the model's own where it has one", () => {
    const own = session({ addsBos: true, size: 10, controls: [1] });
    expect([0, 1, 5].map((index) => startToken(own, index))).toEqual([1, 1, 1]);
  });

  it('is any ordinary token otherwise, from all over the vocabulary', () => {
    const none = session({ addsBos: false, size: 10_000, controls: [0, 7919, 7920] });
    expect([0, 1, 2].map((index) => startToken(none, index))).toEqual([1, 7921, 5838]);
    const last = session({ addsBos: false, size: 7920, controls: [7919] });
    expect(startToken(last, 1)).toBe(0);
  });
});
