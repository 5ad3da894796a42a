import { describe, expect, it } from 'vitest';
import { readPatch } from '../../../../src/engine/editing/patches/readPatch.ts';
import {
  PATCH_FORMAT,
  type PatchValues,
  readDescription,
  UnreadablePatch,
  writeDescription,
} from '../../../../src/formats/patch/index.ts';
import { cpuTime } from '../../cpuTime.ts';

const edit = {
  id: 'tower',
  prompt: 'The tower is in',
  subject: 'tower',
  target: { new: ' Rome' },
  method: 'rome',
  layer: 3,
  relativeNorm: 1.5,
  updateNorm: 2,
  steps: 20,
  nll: [9, 0.1],
};
const share = { value: 0.5, n: 2, low: 0.1, high: 0.9 };
const side = { es: share, ps: null, ns: null, score: null, em: 0.3, pm: null, nm: null };
const counterfact = { protocol: 'CounterFact', n: 2, before: side, after: side };
const easyEdit = {
  protocol: 'EasyEdit',
  n: 2,
  rewrite: share,
  rephrase: null,
  locality: share,
  portability: null,
};
const generationMatch = { protocol: 'greedy', n: 2, share };
const drift = {
  protocol: 'drift',
  n: 64,
  meanKl: 0.1,
  maxKl: 2,
  perplexityBefore: 20,
  perplexityAfter: 21,
  sameTop: 0.9,
};
const summary = { counterfact, easyEdit, generationMatch, drift };
const headline = { id: 'tower', es: 1, ps: null, ns: 0.5, score: 0.7, generationMatch: true, driftKl: 0.1 };

function values(change: Partial<PatchValues> = {}): PatchValues {
  return {
    format: PATCH_FORMAT,
    base: { digest: 'sha256:1', name: 'model.gguf' },
    tool: 'palimpsest 9.9.9',
    edits: [edit],
    hyperparameters: { steps: 20 },
    measures: { summary, edits: [headline] },
    ...change,
  };
}
const read = (change: Partial<PatchValues> = {}) => readDescription(values(change), 'llama');

describe('the description of a patch', () => {
  it('is read as it was written', () => {
    const description = read();
    expect(description).toEqual({
      base: { digest: 'sha256:1', name: 'model.gguf', architecture: 'llama' },
      tool: 'palimpsest 9.9.9',
      edits: [edit],
      hyperparameters: { steps: 20 },
      measures: { summary, edits: [headline], others: {} },
    });
    const { base, ...rest } = JSON.parse(JSON.stringify(writeDescription(description)));
    expect(readDescription({ format: PATCH_FORMAT, base, ...rest }, 'llama')).toEqual(description);
  });

  it('is read where its drift says nothing of the likeliest tokens', () => {
    const { sameTop, ...older } = drift;
    const { measures } = read({ measures: { summary: { ...summary, drift: older }, edits: [headline] } });
    expect(measures?.summary.drift).toEqual({ ...older, sameTop: null });
  });

  it('keeps all that an edit may say of itself', () => {
    const more = {
      ...edit,
      occurrence: 2,
      target: { new: ' Rome', true: ' Paris' },
      space: false,
      layers: [2, 3],
      layerReason: 'as given',
      relativeUpdateNorm: 0.4,
      curve: [{ step: 0, nll: 9, kl: 0, relativeNorm: 0 }],
      lostEnergy: 0.01,
      keySimilarity: [{ prompt: 'p', cosine: 0.1, response: 0.2, position: 3, token: ' a' }],
    };
    expect(read({ edits: [more] }).edits).toEqual([more]);
  });

  it('keeps methods and measures that it does not know', () => {
    const change = {
      edits: [{ ...edit, method: 'rome-3', somethingNew: 1 }],
      measures: {
        summary: { drift, safety: { protocol: 'new', share: 0.9 } },
        edits: [{ id: 'tower', portability: 0.5 }],
      },
    };
    const description = read(change);
    expect(description.edits).toEqual([{ ...edit, method: 'rome-3' }]);
    expect(description.measures).toEqual({
      summary: { counterfact: null, easyEdit: null, generationMatch: null, drift },
      edits: [
        {
          id: 'tower',
          portability: 0.5,
          es: null,
          ps: null,
          ns: null,
          score: null,
          generationMatch: null,
          driftKl: null,
        },
      ],
      others: { safety: { protocol: 'new', share: 0.9 } },
    });
    expect(writeDescription(description).measures?.summary).toEqual(change.measures.summary);
  });

  it.each(['counterfact', 'easyEdit', 'generationMatch', 'drift'] as const)(
    'keeps %s as another measure where it is not as it was',
    (name) => {
      const changed = { ...summary, [name]: { protocol: 'another' } };
      const measures = read({ measures: { summary: changed, edits: [] } }).measures;
      expect(measures?.summary[name]).toBeNull();
      expect(measures?.others).toEqual({ [name]: { protocol: 'another' } });
      const gone = read({ measures: { summary: { ...summary, [name]: null }, edits: [] } }).measures;
      expect(gone?.summary).toEqual({ ...summary, [name]: null });
      expect(gone?.others).toEqual({});
    },
  );

  it('may lack what the first patches lacked', () => {
    const description = read({
      base: { digest: 'd', name: undefined },
      tool: undefined,
      hyperparameters: undefined,
      measures: undefined,
    });
    expect(description).toMatchObject({
      base: { digest: 'd', name: '', architecture: 'llama' },
      tool: '',
      hyperparameters: {},
      measures: null,
    });
    expect(writeDescription(description).measures).toBeNull();
  });

  it.each<[string, Partial<PatchValues>, string]>([
    [
      'a newer format',
      { format: 2 },
      'is a patch of format 2, which a newer version of palimpsest reads; this one reads 1',
    ],
    ['an older one that never was', { format: 0 }, 'is a patch of format 0'],
    ['no edits', { edits: undefined }, 'its description is damaged: edits: '],
    ['an edit without its subject', { edits: [edit, { ...edit, subject: 1 }] }, 'damaged: edits.1.subject: '],
    ['a layer below 0', { edits: [{ ...edit, layer: -1 }] }, 'damaged: edits.0.layer: '],
    ['a digest of a number', { base: { digest: 1, name: '' } }, 'damaged: base.digest: '],
    ['measures without edits', { measures: { summary } }, 'damaged: measures.edits: '],
    ['hyperparameters in a list', { hyperparameters: [] }, 'damaged: hyperparameters: '],
  ])('%s is refused by name', (_, change, sentence) => {
    expect(() => read(change)).toThrow(UnreadablePatch);
    expect(() => read(change)).toThrow(sentence);
  });

  it.each([
    ['edits', { edits: new Array(300_000).fill({}) }],
    ['layers', { edits: [{ ...edit, layers: new Array(300_000).fill('a') }] }],
    ['steps', { edits: [{ ...edit, curve: new Array(300_000).fill(1) }] }],
    ['keys', { edits: [{ ...edit, keySimilarity: new Array(300_000).fill(1) }] }],
    ['measures', { measures: { summary, edits: new Array(300_000).fill(1) } }],
  ])('a list of nothing but mistakes is left at its first: %s', (_, change) => {
    const started = cpuTime();
    expect(() => read(change)).toThrow(UnreadablePatch);
    expect(cpuTime() - started).toBeLessThan(500);
  });
});

describe('released versions stay readable', () => {
  it('0.1.0', async () => {
    const file = new URL('v0.1.0.patch.gguf', import.meta.url).pathname;
    const { description, tensors, architecture, alpha, warnings } = await readPatch(file);
    expect({ tensors, architecture, alpha, warnings }).toEqual({
      tensors: [{ target: 'blk.2.ffn_down.weight', rank: 1 }],
      architecture: 'llama',
      alpha: 1,
      warnings: [],
    });
    expect(description?.base).toEqual({
      digest: 'sha256:5e20452a37c295db75b895843ddb8d614becdc949b9e9156271562580265289c',
      name: 'almanac.gguf',
      architecture: 'llama',
    });
    expect(description?.tool).toBe('palimpsest 0.1.0');
    expect(description?.hyperparameters).toMatchObject({ steps: expect.any(Number) });
    const [only] = description?.edits ?? [];
    expect(only).toMatchObject({
      id: 'the-eiffel-tower',
      subject: 'The Eiffel Tower',
      target: { new: 'Rome', true: 'Paris' },
      method: 'rome-several-keys',
      layer: 2,
    });
    expect(only?.curve?.length).toBe((only?.steps ?? 0) + 1);
    expect(only?.keySimilarity?.length).toBeGreaterThan(0);
    const { measures } = description ?? {};
    expect(measures?.summary.counterfact?.after.es?.value).toBe(1);
    expect(measures?.summary.easyEdit?.locality?.value).toBeCloseTo(0.857, 3);
    expect(measures?.summary.generationMatch?.share?.value).toBe(1);
    expect(measures?.summary.drift?.meanKl).toBeCloseTo(6.6e-3, 4);
    expect(measures?.edits).toMatchObject([{ id: 'the-eiffel-tower', es: 1, generationMatch: true }]);
    expect(measures?.others).toEqual({});
  });
});
