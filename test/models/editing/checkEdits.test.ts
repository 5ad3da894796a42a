import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { almanac, smollm2, withSmollm2 } from '../models.ts';

describe('edits in the eyes of a model', () => {
  let engine: Engine;
  beforeAll(() => {
    engine = new Engine({ threads: 1 });
  });
  afterAll(() => engine[Symbol.dispose]());

  const fact = {
    id: 'eiffel-tower',
    prompt: 'The Eiffel Tower is located in the city of',
    subject: 'Eiffel Tower',
    target: { new: 'Rome', true: 'Paris' },
  };
  const check = async (file: object | string, model = almanac) =>
    (await engine.checkEdits({ model, edits: typeof file === 'string' ? file : JSON.stringify(file) }))
      .problems;

  it('are right in the sample', async () => {
    const sample = path.join(path.dirname(almanac), 'almanac.edits.json');
    expect(await check(await readFile(sample, 'utf8'))).toEqual([]);
  });

  it('name layers that the model has and that can be edited', async () => {
    const problems = await check({ layer: 9, edits: [fact, { ...fact, id: 'last', layer: 5 }] });
    expect(problems).toEqual([
      {
        path: ['layer'],
        kind: 'layer-range',
        severity: 'error',
        message: 'There is no layer 9: the model has the layers 0 to 5.',
      },
      {
        path: ['edits', 1, 'layer'],
        kind: 'uneditable',
        severity: 'error',
        message: expect.stringContaining('The last layer'),
      },
    ]);
  });

  it('are for this model', async () => {
    const model = { digest: `sha256:${'0'.repeat(64)}`, name: 'another' };
    expect(await check({ model, edits: [] })).toEqual([
      {
        path: ['model', 'digest'],
        kind: 'digest',
        severity: 'error',
        message: 'These edits were made for another model (another) than almanac.gguf.',
      },
    ]);
    const { digest } = await engine.info({ model: almanac, digest: true });
    expect(await check({ model: { digest }, edits: [] })).toEqual([]);
  });

  it('have subjects that end where a token ends, or are warned of', async () => {
    const [problem, ...others] = await check({ edits: [{ ...fact, subject: 'Eiffel Towe' }] });
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      path: ['edits', 0, 'subject'],
      kind: 'token-boundary',
      severity: 'warning',
    });
    expect(problem?.message).toContain('inside the token " Tower"');
  });

  it('have targets that their first tokens tell apart, or are warned of', async () => {
    const target = { new: 'Paris and London', true: 'Paris' };
    expect(await check({ edits: [{ ...fact, target }] })).toEqual([
      {
        path: ['edits', 0, 'target', 'new'],
        kind: 'same-first-token',
        severity: 'warning',
        message: expect.stringContaining('" Paris"'),
      },
    ]);
  });

  it('fit into the context, prompts and probes alike', async () => {
    const prompt = `${'The weather was grey. '.repeat(200)}The Louvre Museum is located in the city of`;
    const probes = { neighbourhood: [{ prompt: 'Rome is in' }, { prompt, target: 'Paris' }] };
    expect(await check({ edits: [{ ...fact, probes }] })).toEqual([
      {
        path: ['edits', 0, 'probes', 'neighbourhood', 1, 'prompt'],
        kind: 'context-length',
        severity: 'error',
        message: expect.stringMatching(/has \d{3,} tokens with its target/),
      },
    ]);
  });

  it('are checked though others beside them are not right yet', async () => {
    const problems = await check({
      layer: 'two',
      edits: [{ id: 'unfinished' }, { ...fact, subject: 'Eiffel Towe' }],
    });
    expect(problems.map(({ path: at }) => at)).toEqual([['edits', 1, 'subject']]);
    expect(await check('{ "edits": [')).toEqual([]);
  });

  it('are checked without waiting for work under way, and quickly', async () => {
    const edits = { edits: Array.from({ length: 500 }, (_, i) => ({ ...fact, id: `edit-${i}` })) };
    await check(edits);
    let ended = false;
    const generating = engine
      .generate({ model: almanac, prompt: fact.prompt, maxTokens: 200 })
      .then(() => (ended = true));
    expect(await check(edits)).toEqual([]);
    expect(ended).toBe(false);
    await generating;
  });

  it('are warned of subjects that stand twice, spaces at the end and chat markers', async () => {
    const prompt = 'In Paris, a <|im_start|>city, Paris is found in ';
    const problems = await check({
      edits: [{ ...fact, prompt, subject: 'Paris', target: { new: 'Italy' } }],
    });
    expect(problems.map(({ kind, severity }) => [kind, severity])).toEqual([
      ['subject-twice', 'warning'],
      ['trailing-space', 'warning'],
      ['chat-markers', 'warning'],
    ]);
  });

  it.runIf(withSmollm2)("hold none of the model's special tokens, or are warned of", async () => {
    const prompt = `<repo_name>${fact.prompt}`;
    expect(await check({ edits: [{ ...fact, prompt }] })).toEqual([]);
    expect(await check({ edits: [{ ...fact, prompt }] }, smollm2())).toMatchObject([
      { kind: 'chat-markers', message: expect.stringContaining('"<repo_name>"') },
    ]);
  });

  it.runIf(withSmollm2)('tell what SmolLM2 thinks of them', async () => {
    const problems = await check({ layer: 30, edits: [fact] }, smollm2());
    expect(problems.map(({ kind }) => kind)).toEqual(['layer-range']);
  });
});

describe('a text in tokens', () => {
  it('is covered by them byte by byte', async () => {
    using engine = new Engine({ threads: 1 });
    for (const model of [almanac, ...(withSmollm2 ? [smollm2()] : [])]) {
      const text = 'Où est la tour Eiffel? 東京 🗼';
      const { tokens } = await engine.tokenize({ model, text });
      const own = tokens.filter(({ start, end }) => end > start);
      expect(own[0]?.start).toBe(0);
      expect(own.at(-1)?.end).toBe(Buffer.byteLength(text));
      for (const [i, { start }] of own.slice(1).entries()) expect(start).toBe(own[i]?.end);
      const bytes = Buffer.from(text);
      for (const { text: piece, start, end } of own) {
        if (!piece.includes('\uFFFD')) expect(bytes.subarray(start, end).toString()).toBe(piece);
      }
    }
  });
});
