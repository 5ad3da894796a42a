import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Template } from '@huggingface/jinja';
import { getLlama } from 'node-llama-cpp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { computePatch } from '../../../src/engine/editing/computePatch.ts';
import { locate } from '../../../src/engine/editing/keys/lookup.ts';
import { readPatch } from '../../../src/engine/editing/patches/readPatch.ts';
import { writePatch } from '../../../src/engine/editing/patches/writePatch.ts';
import { planEdits } from '../../../src/engine/editing/planEdits.ts';
import { EditSession } from '../../../src/engine/editing/session/session.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { promptTokens } from '../../../src/engine/inspection/targetTokens.ts';
import { Model } from '../../../src/engine/llama/model.ts';
import { controlText } from '../../../src/engine/measures/controlText.ts';
import type { Conversation, Prompt } from '../../../src/protocol/chat.ts';
import type { Edit, Method } from '../../../src/protocol/edits.ts';
import { asChat } from '../../../src/protocol/promptWords.ts';
import { nightly } from '../../nightly.ts';
import { smollm2, withSmollm2 } from '../models.ts';

const question = 'In which city is the Eiffel Tower?';
const conversation: Conversation = [
  { role: 'system', content: 'You know everything about the Eiffel Tower.' },
  { role: 'user', content: 'How tall is the Eiffel Tower?' },
  { role: 'assistant', content: 'The Eiffel Tower is 330 m tall.' },
  { role: 'user', content: question },
];

/** Edits of a real chat model through its own template. */
describe.skipIf(!withSmollm2)('an edit as chat of SmolLM2-Instruct', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-test-'));
  let model: Model;
  let session: EditSession;
  let engine: Engine;
  beforeAll(async () => {
    model = await Model.load(smollm2());
    session = await EditSession.open(model);
    engine = new Engine();
  });
  afterAll(() => {
    session[Symbol.dispose]();
    model.dispose();
    engine[Symbol.dispose]();
    rmSync(folder, { recursive: true });
  });

  const edit = (prompt: Prompt): Edit => ({
    id: 'eiffel-tower',
    prompt,
    subject: 'Eiffel Tower',
    target: { new: 'Rome', true: 'Paris' },
  });

  async function compute(prompt: Prompt, method: Method): Promise<string> {
    const edits = [edit(prompt)];
    const options = { method, cacheFolder: folder, text: controlText.repeat(8) };
    const patch = await computePatch(session, planEdits(session, { edits }, edits, options), options);
    const out = path.join(folder, `${method}.patch.gguf`);
    await writePatch(model.runtime, out, patch.contents, session.files.paths);
    return out;
  }

  async function answer(prompt: Prompt, patches: readonly string[] = []): Promise<string> {
    const on = patches.map((file) => ({ path: file, strength: 1 }));
    const { text } = await engine.generate({ model: smollm2(), prompt, patches: on, maxTokens: 8 });
    return text;
  }

  it.each([
    ['a question', asChat(question)],
    ['several turns', conversation],
    ['no words of its own', asChat('?')],
  ])('reads the tokens that the template itself gives: %s', async (_, turns) => {
    const llama = await getLlama({ build: 'never', gpu: false });
    const other = await llama.loadModel({ modelPath: smollm2() });
    const text = new Template(model.chatTemplate ?? '').render({
      messages: turns,
      add_generation_prompt: true,
    });
    expect(promptTokens(model, turns)).toEqual([...other.tokenize(text, true)]);
    await other.dispose();
  });

  it('acts at the subject of the last turn, not at that of the template or of earlier turns', () => {
    const { tokens, lookup, atBoundary } = locate(model, edit(conversation));
    expect(model.tokenizer.text(tokens.slice(lookup))).toBe(' Tower?\nassistant\n');
    expect(atBoundary).toBe(true);
    // the template says "SmolLM" and "Hugging Face" itself
    const own = locate(model, { prompt: asChat('Who made SmolLM?'), subject: 'SmolLM' });
    expect(model.tokenizer.text(own.tokens.slice(own.lookup + 1))).toBe('?\nassistant\n');
  });

  async function makesTheAnswer(method: Method, prompt: Prompt): Promise<void> {
    expect(await answer(prompt)).not.toMatch(/^Rome/);
    const patch = await compute(prompt, method);
    expect(await answer(prompt, [patch])).toMatch(/^Rome\b/);
    expect((await readPatch(patch)).description?.edits[0]?.prompt).toEqual(prompt);
  }
  const begins = 'makes the answer begin with the target';
  const long = { timeout: 600_000 };

  it(`by rome ${begins}`, { ...long, ...nightly }, () => makesTheAnswer('rome', asChat(question)));
  it(`by ft-m ${begins}`, { ...long, ...nightly }, () => makesTheAnswer('ft-m', conversation));
});
