import { expect, test } from 'vitest';
import { readHeader } from '../../../src/engine/gguf/header.ts';
import { lineageOf, namesAsBase } from '../../../src/engine/gguf/lineage.ts';
import { derivedFrom, isDerivedFrom } from '../../../src/engine/weights/derivedMetadata.ts';
import type { NewValue } from '../../../src/engine/weights/writer.ts';
import { namedModel, sourceText } from '../../../src/protocol/lineage.ts';
import { build, sourceOf, type Value } from './build.ts';

const model = (...texts: readonly (readonly [string, string])[]) =>
  readHeader(sourceOf(build({ metadata: texts.map(([key, text]) => [key, ['string', text]]) })));

/** The model with what `derivedFrom` changes of its metadata. */
async function derived(base: Awaited<ReturnType<typeof model>>) {
  const { metadata, without } = derivedFrom(base);
  const kept = [...base.metadata].flatMap(([key, value]) =>
    value.type === 'string' && !without.includes(key) ? [[key, ['string', value.value]] as const] : [],
  );
  const added = Object.entries(metadata).map(([key, value]) => [key, written(value)] as const);
  return await readHeader(sourceOf(build({ metadata: [...kept, ...added] })));
}

function written(value: NewValue): Value {
  if (value.type === 'array') throw new Error('no array is written');
  return [value.type, value.value];
}

const smol = [
  ['general.name', 'SmolLM2 135M Instruct'],
  ['general.organization', 'HuggingFaceTB'],
  ['general.repo_url', 'https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct'],
  ['general.uuid', '0f3a'],
  ['general.license', 'apache-2.0'],
  ['general.base_model.0.name', 'SmolLM2 135M'],
  ['general.base_model.1.name', 'Another'],
  ['general.source.repo_url', 'https://example.org/smol'],
] as const;

test('what the metadata say is read part by part, in the order of the numbers', async () => {
  const { own, bases, source, license } = lineageOf(
    await model(...smol, ['general.base_model.10.name', 'Last'], ['general.base_model.2.name', 'Middle']),
  );
  expect(own).toMatchObject({ name: 'SmolLM2 135M Instruct', organization: 'HuggingFaceTB', url: null });
  expect(bases.map(({ name }) => name)).toEqual(['SmolLM2 135M', 'Another', 'Middle', 'Last']);
  expect(source.repoUrl).toBe('https://example.org/smol');
  expect(license).toBe('apache-2.0');
});

test('a file that claims millions of bases costs no more than its keys', async () => {
  const many = Array.from({ length: 300 }, (_, index) => [`general.base_model.${index}.name`, 'x'] as const);
  const header = await readHeader(
    sourceOf(
      build({
        metadata: [
          ['general.base_model.count', ['uint32', 4_000_000_000]],
          ...many.map(([key, text]) => [key, ['string', text]] as const),
        ],
      }),
    ),
  );
  expect(lineageOf(header).bases).toHaveLength(100);
});

test('a derived model names its base, and nothing of it as its own', async () => {
  const base = await model(...smol);
  const made = await derived(base);
  const { own, bases, license, source } = lineageOf(made);
  expect(bases).toEqual([{ ...lineageOf(base).own }]);
  expect(own).toMatchObject({ name: 'SmolLM2 135M Instruct', uuid: null });
  expect(license).toBe('apache-2.0');
  expect(source).toEqual(lineageOf(base).source);
  expect(isDerivedFrom(made, base)).toBe(true);
  expect(isDerivedFrom(base, base)).toBe(false);
  expect(namesAsBase(lineageOf(made), lineageOf(base))).toBe(true);
  expect(namesAsBase(lineageOf(base), lineageOf(made))).toBe(false);
});

test('a base that says nothing of itself is not named', async () => {
  const silent = await model(['general.architecture', 'llama']);
  expect(derivedFrom(silent)).toEqual({ metadata: {}, without: [] });
  expect(isDerivedFrom(silent, silent)).toBe(true);
});

test.each([
  ['the same uuid', { uuid: 'a', name: 'X' }, { uuid: 'A', name: 'Y' }, true],
  ['another uuid under the same name', { uuid: 'a', name: 'X' }, { uuid: 'b', name: 'X' }, false],
  ['the same address', { repo_url: 'https://h/x', name: 'X' }, { repo_url: 'https://h/x', name: 'Z' }, true],
  ['the same name', { name: 'X' }, { name: 'x' }, true],
  [
    'the same name of another maker',
    { name: 'X', organization: 'A' },
    { name: 'X', organization: 'B' },
    false,
  ],
  ['no name', {}, {}, false],
])('%s: named as a base or not', async (_, base, other, named) => {
  const derivedOne = await model(
    ...Object.entries(base).map(([key, value]) => [`general.base_model.0.${key}`, value] as const),
  );
  const one = await model(...Object.entries(other).map(([key, value]) => [`general.${key}`, value] as const));
  expect(namesAsBase(lineageOf(derivedOne), lineageOf(one))).toBe(named);
});

test('one line names it', async () => {
  const lineage = lineageOf(await model(...smol, ['general.base_model.0.repo_url', 'https://h/s']));
  expect(lineage.bases.map(namedModel)).toEqual(['SmolLM2 135M, https://h/s', 'Another']);
  expect(sourceText(lineage)).toBe('https://example.org/smol');
});
