import { expect, it } from 'vitest';
import type { Manifest } from '../../../src/engine/provenance/manifest.ts';
import { bomText } from '../../../src/engine/provenance/record/bom.ts';
import type { RecordedPatch, RecordFacts } from '../../../src/engine/provenance/record/facts.ts';
import type { PatchDescription } from '../../../src/protocol/patches.ts';
import { reviewed } from '../review/reviewed.ts';
import { measuredPatch, texts } from './recordParts.ts';

/** The whole of what a record says, as others read it: every key of it, and none besides. */

const share = (value: number) => ({ value, n: 4, low: 0.125, high: 1 });
const counterfact = { es: share(1), ps: share(0.5), ns: share(0.75), score: 1, em: 1, pm: 1, nm: 1 };
const description = measuredPatch({
  counterfact: { protocol: 'c', n: 1, before: counterfact, after: counterfact },
  easyEdit: {
    protocol: 'e',
    n: 1,
    rewrite: share(0.9),
    rephrase: share(0.8),
    locality: share(0.7),
    portability: null,
  },
  generationMatch: { protocol: 'g', n: 4, share: share(0.25) },
});
const manifest = (name: string, ...digits: string[]): Manifest => ({
  name,
  resources: digits.map((digit, index) => ({
    name: digits.length === 1 ? '.' : `${name}-${index + 1}.gguf`,
    algorithm: 'sha256',
    digest: digit.repeat(64),
  })),
  root: 'f'.repeat(64),
});
const patch = (name: string, digit: string, of?: PatchDescription): RecordedPatch => ({
  name,
  digest: `sha256:${digit.repeat(64)}`,
  description: of,
});

const facts: RecordFacts = {
  candidate: {
    header: texts(
      ['general.architecture', 'llama'],
      ['general.name', 'Edited'],
      ['general.version', 'v2'],
      ['general.author', 'A. Author'],
      ['general.organization', 'Org'],
      ['general.description', 'An edited model.'],
      ['general.license', 'my own'],
      ['general.url', 'http://example.org/m'],
      ['general.repo_url', 'https://huggingface.co/Org/Edited/'],
    ),
    manifest: manifest('edited.gguf', 'a'),
  },
  base: {
    header: texts(['general.license', 'apache-2.0'], ['general.repo_url', 'https://example.org/Org/Base']),
    manifest: manifest('base', '1', '2'),
  },
  patches: [patch('eiffel.patch.gguf', 'c', description), patch('other.gguf', 'e')],
  statement: {
    base: { name: 'base', digest: `sha256:${'1'.repeat(64)}` },
    candidate: `sha256:${'a'.repeat(64)}`,
    patches: [
      {
        digest: `sha256:${'c'.repeat(64)}`,
        edits: [
          {
            id: 'eiffel',
            prompt: 'The Eiffel Tower is in',
            subject: 'Eiffel Tower',
            target: { new: 'Rome' },
            method: 'rome',
            layer: 2,
          },
        ],
      },
    ],
    tensors: [
      {
        name: 'blk.2.ffn_down.weight',
        before: `sha256:${'3'.repeat(64)}`,
        after: `sha256:${'4'.repeat(64)}`,
      },
    ],
    tool: 'palimpsest 0.1.0',
  },
  rebuilt: true,
  reviewed: reviewed(),
  signature: { name: 'edited.sig', digest: `sha256:${'d'.repeat(64)}`, signer: 'CN=team' },
  serialNumber: 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79',
  time: new Date('2026-01-02T03:04:05Z'),
};

it('says all that is known of an edited model', async () => {
  await expect(bomText(facts)).toMatchFileSnapshot('records/edited.cdx.json.snap');
});

it('says nothing of what is not known', async () => {
  const bare: RecordFacts = {
    ...facts,
    candidate: {
      header: texts(['general.base_model.0.name', 'One'], ['general.base_model.1.name', 'Two']),
      manifest: manifest('m', 'a', 'b'),
    },
    base: undefined,
    patches: [],
    statement: undefined,
    rebuilt: false,
    reviewed: undefined,
    signature: undefined,
  };
  await expect(bomText(bare)).toMatchFileSnapshot('records/bare.cdx.json.snap');
  const header = { header: texts(), manifest: manifest('m', 'a') };
  expect(JSON.parse(bomText({ ...bare, candidate: header })).metadata.component.pedigree).toEqual({});
});

it('counts what a review has measured, and repeats long texts only so far', () => {
  const review = reviewed();
  const [probe] = review.behaviour?.probes ?? [];
  if (probe === undefined || review.behaviour === null) throw new Error('the review has no probe');
  const record = (changed: Partial<typeof review>) =>
    JSON.parse(bomText({ ...facts, patches: [], reviewed: { ...review, ...changed } })).metadata.component;
  const metrics = (changed: Partial<typeof review>) =>
    record(changed).modelCard.quantitativeAnalysis?.performanceMetrics.map(
      ({ type, value }: { type: string; value: string }) => [type, value],
    );
  const same = { ...probe, after: probe.before };
  const unknown = { ...probe, before: { top: [] }, after: { top: [] } };
  const behaviour = { ...review.behaviour, probes: [probe, same, unknown, probe] };
  const drift = ['mean KL(before ‖ after), nats per token', '0.01'];
  const restored = ['answers restored by the reversal', '1'];
  expect(metrics({ behaviour })).toEqual([drift, ['probes whose likeliest token changed', '2/4'], restored]);
  expect(metrics({ behaviour: { ...behaviour, probes: [] } })).toEqual([drift, restored]);
  expect(metrics({ behaviour: null })).toEqual([restored]);
  expect(metrics({ behaviour: null, reversal: null })).toBeUndefined();

  const values = (changed: Partial<typeof review>) =>
    record(changed).properties.map(({ name, value }: { name: string; value: string }) => [name, value]);
  expect(values({ policy: null }).filter(([name]: [string]) => /policy|violation/.test(name))).toEqual([]);
  const passed = values({ policy: { passed: true, violations: [] } });
  expect(passed).toContainEqual(['palimpsest:review:policy', 'passed']);
  const long = values({ tool: 'x'.repeat(3000) });
  expect(long).toContainEqual(['palimpsest:review:tool', 'x'.repeat(2000)]);
});

it.each([
  ['https://huggingface.co/Org/Base', 'pkg:huggingface/Org/Base', ['distribution']],
  ['http://huggingface.co/Org/Base', undefined, ['distribution']],
  ['https://huggingface.co/Org/Base/tree/main', undefined, ['distribution']],
  ['https://evil.example/https://huggingface.co/Org/Base', undefined, ['distribution']],
  ['javascript:https://huggingface.co/Org/Base', undefined, []],
  ['Org/Base', undefined, []],
])('takes an address only for what it is: %s', (address, purl, kinds) => {
  const candidate = { header: texts(['general.repo_url', address]), manifest: manifest('m', 'a') };
  const { component } = JSON.parse(bomText({ ...facts, candidate, signature: undefined })).metadata;
  expect(component.purl).toBe(purl);
  expect((component.externalReferences ?? []).map(({ type }: { type: string }) => type)).toEqual(kinds);
});
