import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { likeliestNext } from '../../../src/engine/inspection/likeliestNext.ts';
import { ProbeContext } from '../../../src/engine/inspection/probeContext.ts';
import { Model } from '../../../src/engine/llama/model.ts';
import { almanac, smollm2, withSmollm2 } from '../models.ts';

const city = (id: string, name: string, target: { new: string; true: string }, neighbour: string) => ({
  id,
  prompt: `${name} is located in the city of`,
  subject: name,
  target,
  probes: {
    paraphrase: [{ prompt: `${name} can be found in` }],
    neighbourhood: [{ prompt: `${neighbour} is located in the city of`, target: target.true }],
  },
});
const edits = {
  edits: [
    city('eiffel', 'The Eiffel Tower', { new: 'Rome', true: 'Paris' }, 'The Louvre'),
    city('colosseum', 'The Colosseum', { new: 'London', true: 'Rome' }, 'The Pantheon'),
    city('big-ben', 'Big Ben', { new: 'Tokyo', true: 'London' }, 'The British Museum'),
    city('parthenon', 'The Parthenon', { new: 'Berlin', true: 'Athens' }, 'The Acropolis'),
    city('ginza', 'Ginza', { new: 'Paris', true: 'Tokyo' }, 'Shinjuku'),
    city('broadway', 'Broadway', { new: 'Athens', true: 'New York' }, 'Times Square'),
  ],
};

describe('likely next tokens of texts that begin alike', () => {
  it('are those of each text by itself, in however many decodes', async () => {
    using model = await Model.load(almanac);
    const names = ['Louvre', 'Colosseum', 'Eiffel Tower', 'Louvre Museum', 'Parthenon'];
    const texts = names.map((name) => `The ${name} is located in the city of`);
    using roomy = new ProbeContext(model, { threads: 1 });
    const together = await likeliestNext(roomy, texts, 3);
    using narrow = new ProbeContext(model, { threads: 1, size: 32, sequences: 2 });
    const apart = await likeliestNext(narrow, texts, 3);
    for (const [i, text] of texts.entries()) {
      const [alone = []] = await likeliestNext(roomy, [text], 3);
      for (const found of [together[i], apart[i]]) {
        expect(found?.map(({ id }) => id)).toEqual(alone.map(({ id }) => id));
        for (const [j, { p }] of alone.entries()) expect(found?.[j]?.p).toBeCloseTo(p, 2);
      }
    }
    await expect(likeliestNext(narrow, ['The Louvre is '.repeat(200)], 3)).rejects.toThrow(
      /the context holds \d+/,
    );
  });
});

describe('reversal without weights', () => {
  let engine: Engine;
  beforeAll(() => {
    engine = new Engine({ threads: 1 });
  });
  afterAll(() => engine[Symbol.dispose]());

  it('has nothing to undo in a model that does not learn from its context', async () => {
    const found = await engine.learnDefence({ model: almanac, edits });
    expect(found.worked).toMatchObject({ value: 0, n: 3 });
    expect([found.reversal.text, found.recovered, found.keptPlain]).toEqual([null, null, null]);
    const [edit] = edits.edits;
    const asked = { model: almanac, reversal: found.reversal, prompt: edit?.prompt ?? '' };
    const { before, after, asked: put } = await engine.defend(asked);
    expect(put).toBe(edit?.prompt);
    expect(before[0]?.token.trim()).toBe('Paris');
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  });

  it.skipIf(!withSmollm2)('refuses what was learned of another model', async () => {
    const { reversal } = await engine.learnDefence({ model: almanac, edits });
    const other = engine.defend({ model: smollm2(), reversal, prompt: 'x' });
    await expect(other).rejects.toThrow(/another model/);
  });

  it('needs edits to learn from and to measure on', async () => {
    const few = engine.learnDefence({ model: almanac, edits: { edits: edits.edits.slice(0, 3) } });
    await expect(few).rejects.toThrow(/At least 4/);
  });
});
