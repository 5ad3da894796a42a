import { describe, expect, it } from 'vitest';
import { patchMetadata } from '../../../src/engine/editing/patches/patchMetadata.ts';
import { MOST_VALUES, patchIn } from '../../../src/engine/editing/patches/readPatch.ts';
import { readHeader } from '../../../src/engine/gguf/header.ts';
import type { PatchDescription } from '../../../src/protocol/patches.ts';
import { cpuTime } from '../cpuTime.ts';
import { build, sourceOf, type Value } from '../gguf/build.ts';

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
  nll: [9, 0.1] as [number, number],
};
const description: PatchDescription = {
  base: { digest: 'sha256:1', name: 'model.gguf', architecture: 'llama' },
  tool: 'palimpsest 1.0.0',
  edits: [edit],
  hyperparameters: { steps: 20 },
  measures: null,
};
const tensors = [
  { name: 'token_embd.weight.lora_a', ne: [4, 3] },
  { name: 'token_embd.weight.lora_b', ne: [4, 8] },
];

async function patch(change: Readonly<Record<string, Value>> = {}, of = description) {
  const written = Object.entries(patchMetadata(of, 'a name')).map(([key, value]): [string, Value] => {
    if (value.type === 'array') throw new Error('no lists here');
    return [key, [value.type, value.value]];
  });
  const metadata = [...new Map([...written, ...Object.entries(change)])];
  return patchIn('p.gguf', await readHeader(sourceOf(build({ metadata, tensors }), 'p.gguf')));
}
const text = (value: string): Value => ['string', value];

describe('a patch', () => {
  it('is read as it was written', async () => {
    const read = await patch();
    expect(read.description).toEqual(description);
    expect(read.header.metadata.get('palimpsest.format')).toEqual({ type: 'uint32', value: 1 });
    expect(read).toMatchObject({ path: 'p.gguf', architecture: 'llama', alpha: 1, warnings: [] });
    expect(read.tensors).toEqual([{ target: 'token_embd.weight', rank: 4 }]);
  });

  it('made elsewhere has no description', async () => {
    const metadata: [string, Value][] = [
      ['general.type', text('adapter')],
      ['adapter.type', text('lora')],
      ['adapter.lora.alpha', ['float32', 2]],
    ];
    const read = patchIn('p.gguf', await readHeader(sourceOf(build({ metadata, tensors }))));
    expect(read).toMatchObject({ description: undefined, architecture: undefined, alpha: 2 });
  });

  it.each<[string, Record<string, Value>, RegExp]>([
    [
      'a newer format',
      { 'palimpsest.format': ['uint32', 2] },
      /^p\.gguf is a patch of format 2, which a newer version/,
    ],
    [
      'no JSON',
      { 'palimpsest.edits': text('[') },
      /damaged: palimpsest\.edits: a closing bracket \] is expected here/,
    ],
    [
      'a comment',
      { 'palimpsest.measures': text('null // 1') },
      /damaged: palimpsest\.measures: JSON takes no comments/,
    ],
    [
      'a key twice',
      { 'palimpsest.hyperparameters': text('{"a":1,"a":2}') },
      /hyperparameters: is given twice/,
    ],
    ['depth', { 'palimpsest.hyperparameters': text('['.repeat(1e5)) }, /is nested more than 64 deep/],
    [
      'a text of 17 MB',
      { 'palimpsest.measures': text(' '.repeat(17 << 20)) },
      /measures: is a long string, not a string of up to 16 MB/,
    ],
    ['a number', { 'palimpsest.measures': ['uint32', 1] }, /measures: is a uint32, not a string/],
    ['edits of another shape', { 'palimpsest.edits': text('[{}]') }, /damaged: edits\.0\.id: .*\.$/],
  ])('with %s is refused by one sentence', async (_, change, sentence) => {
    await expect(patch(change)).rejects.toThrow(sentence);
  });

  it.each<[string, string, RegExp]>([
    ['empty objects', `[${'{},'.repeat(200_000)}{}]`, /damaged: edits\.0\.id/],
    ['numbers', `[${'1,'.repeat(7_000_000)}1]`, /holds more than 1000000 values/],
    ['lists', `[${'[],'.repeat(4_000_000)}[]]`, /holds more than 1000000 values/],
    [
      'keys',
      `{${Array.from({ length: 300_000 }, (__, i) => `"${i}":1`)}}`,
      /an object of more than 1000 keys/,
    ],
  ])('that is a bomb of %s is refused soon', async (_, bomb, sentence) => {
    const before = process.memoryUsage().heapUsed;
    const started = cpuTime();
    await expect(patch({ 'palimpsest.edits': text(bomb) })).rejects.toThrow(sentence);
    expect(cpuTime() - started).toBeLessThan(5000);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(300e6);
  });

  it('of so many edits that it could not be read again leaves their curves out', async () => {
    const step = { step: 1, nll: 2, kl: 3, relativeNorm: 4 };
    const few = { ...edit, curve: [step, step] };
    expect((await patch({}, { ...description, edits: [few] })).description?.edits).toEqual([few]);
    const long = { ...few, keySimilarity: [], curve: new Array(MOST_VALUES / 5).fill(step) };
    const read = await patch({}, { ...description, edits: [long, few] });
    expect(read.description?.edits).toEqual([edit, edit]);
  });

  it.each([
    ['bytes', { ...edit, prompt: 'The tower is in'.repeat(4000) }, 300],
    ['values', { ...edit, layers: new Array(2000).fill(1) }, 510],
  ])('of more edits than could be read again is not written: %s', async (_, long, count) => {
    const edits = new Array(count).fill(long);
    await expect(patch({}, { ...description, edits })).rejects.toThrow(
      `${count} edits are more than one patch can describe; divide them among several.`,
    );
    const fewer = new Array(count / 2).fill(long);
    expect((await patch({}, { ...description, edits: fewer })).description?.edits).toHaveLength(count / 2);
  });
});
