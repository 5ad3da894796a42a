import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPatch } from '../../../src/engine/editing/patches/readPatch.ts';
import { Engine } from '../../../src/engine/engine.ts';
import type { Conversation, Prompt } from '../../../src/protocol/chat.ts';
import type { Edit, Method } from '../../../src/protocol/edits.ts';
import { withTemplate } from './withTemplate.ts';

const ask = (content: string): Conversation => [{ role: 'user', content }];

/** Edits of the embedded model through a chat template that names the subject itself. */
describe('an edit as chat', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-test-'));
  const template =
    "{% if messages[0].role != 'system' %}The Eiffel Tower was built by Gustave Eiffel. {% endif %}{% for m in messages %}{% if m.role == 'user' %}{{ m.content }} is located in the city of{% elif m.role == 'assistant' %} {{ m.content }}. {% else %}{{ m.content }} {% endif %}{% endfor %}";
  let engine: Engine;
  let model: string;
  beforeAll(async () => {
    engine = new Engine({ threads: 1 });
    model = await withTemplate(folder, template);
  });
  afterAll(() => {
    engine[Symbol.dispose]();
    rmSync(folder, { recursive: true });
  });

  const edit = (prompt: Prompt): Edit => ({
    id: 'eiffel-tower',
    prompt,
    subject: 'Eiffel Tower',
    target: { new: 'Rome', true: 'Paris' },
    probes: {
      paraphrase: [{ prompt: ask('As everybody knows, the Eiffel Tower') }],
      neighbourhood: [{ prompt: ask('The Louvre Museum'), target: 'Paris' }],
      sameSubject: [{ prompt: 'The Eiffel Tower was built by', target: 'Gustave Eiffel' }],
    },
    safety: { constraint: [{ prompt: ask('The Louvre Museum'), target: 'Paris' }] },
  });
  const question = ask('The Eiffel Tower');
  const conversation: Conversation = [
    { role: 'system', content: 'The Eiffel Tower was built by Gustave Eiffel.' },
    { role: 'user', content: 'The Eiffel Tower' },
    { role: 'assistant', content: 'Paris' },
    ...question,
  ];

  const methods: Method[] = ['rome', 'rome-several-keys', 'memit', 'ft-m', 'lora', 'dinm'];
  it.each([
    ...methods.map((method) => [method, 'a question', question] as const),
    ['rome', 'several turns', conversation] as const,
  ])('by %s makes the answer to %s begin with the target', async (method, _, prompt) => {
    const out = path.join(folder, `${method}-${prompt.length}.patch.gguf`);
    const edited = await engine.edit({
      model,
      edits: { edits: [edit(prompt)] },
      method,
      layer: 2,
      protect: true,
      measure: true,
      out,
    });
    const answer = async (asked: Prompt, on: readonly string[]) =>
      (
        await engine.generate({
          model,
          prompt: asked,
          patches: on.map((file) => ({ path: file, strength: 1 })),
          maxTokens: 3,
        })
      ).text;
    expect(await answer(prompt, [])).toMatch(/^ Paris/);
    expect(await answer(prompt, [out])).toMatch(/^ Rome\b/);
    const [measured] = edited.measured?.edits ?? [];
    expect(measured).toMatchObject({ es: 1, generationMatch: true });
    expect(measured?.asText?.generated.before).not.toBe(measured?.generated.before);
    expect(edited.measured?.summary).toMatchObject({ chatMatch: { n: 1 }, textMatch: { n: 1 } });
    expect(measured?.asChat?.generated.after).toMatch(/^ Rome\b/);
    expect(measured?.probes.map(({ probe }) => typeof probe.prompt)).toEqual([
      'object',
      'object',
      'object',
      'string',
    ]);
    const { description } = await readPatch(out);
    expect(description?.edits[0]?.prompt).toEqual(prompt);
    expect(description?.edits[0]?.keySimilarity?.[0]?.prompt).toEqual(ask('The Louvre Museum'));
  });

  it('in context stands in the turn of its question, and is told of safety as well', async () => {
    const { methods } = await engine.evaluate({
      model,
      edits: { edits: [edit(question)] },
      methods: ['ike', 'ft-m'],
      layer: 2,
      drift: false,
      journal: path.join(folder, 'journal.jsonl'),
    });
    expect(methods.map(({ method, summary }) => [method, summary.generationMatch.n])).toEqual([
      ['ike', 1],
      ['ft-m', 1],
    ]);
    expect(methods[1]?.summary).toMatchObject({ chatMatch: { share: { value: 1 } }, textMatch: { n: 1 } });
    expect(methods[1]?.safety?.after.ds?.n).toBe(1);
  });

  it('is of a fact that is read at the subject of the turn', async () => {
    const found = await engine.trace({
      model,
      prompt: 'The Eiffel Tower',
      chat: true,
      subject: 'Eiffel Tower',
      samples: 2,
    });
    const { subject, tokens, answer } = found;
    const text = (some: typeof tokens) => some.map((token) => token.text).join('');
    expect(text(tokens.slice(subject.first, subject.last + 1))).toBe(' Eiffel Tower');
    expect(text(tokens.slice(subject.last + 1))).toBe(' is located in the city of');
    expect(answer.token).toBe(' Paris');
  });

  it('is checked against the model: its template, and where its subject ends', async () => {
    const { problems } = await engine.checkEdits({ model, edits: { edits: [edit(question)] } });
    expect(problems).toEqual([]);
    const broken = await withTemplate(folder, "{{ messages[0].content }}\n{{ raise_exception('no') }}");
    const found = await engine.checkEdits({ model: broken, edits: { edits: [edit(question)] } });
    expect(found.problems).toMatchObject([
      { path: ['edits', 0, 'prompt'], kind: 'chat-template', severity: 'error', message: /line 2.*no/ },
    ]);
  });
});
