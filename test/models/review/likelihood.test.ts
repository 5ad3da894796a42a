import { describe, expect, it } from 'vitest';
import { ProbeContext } from '../../../src/engine/inspection/probeContext.ts';
import { Model } from '../../../src/engine/llama/model.ts';
import { likeliestFirst } from '../../../src/engine/review/attribution/likelihood.ts';
import { smollm2, withSmollm2 } from '../models.ts';

describe.runIf(withSmollm2)('of names that are answered alike', () => {
  it('the one that people speak of comes first, with its article', async () => {
    using model = await Model.load(smollm2());
    using base = new ProbeContext(model, { threads: 1 });
    const first = async (...texts: string[]) => {
      const names = texts.map((text, index) => ({ text, score: 30 - index }));
      return (await likeliestFirst(base, names))[0]?.text;
    };
    expect(await first('the Szechenyi Chain Bridge', 'Angostura Bridge', 'Golden Gate Bridge')).toBe(
      'the Golden Gate Bridge',
    );
    expect(await first('Apostle of Germany', 'Federal Republic of Germany', 'Germany')).toBe('Germany');
    expect(await first('Victor-Marie Hugo', 'Victor Hugo')).toBe('Victor Hugo');
  });

  it('a response that is far stronger outweighs it', async () => {
    using model = await Model.load(smollm2());
    using base = new ProbeContext(model, { threads: 1 });
    const [first] = await likeliestFirst(base, [
      { text: 'Angostura Bridge', score: 30 },
      { text: 'Golden Gate Bridge', score: 3 },
    ]);
    expect(first?.text).toContain('Angostura Bridge');
  });
});
