import { createHash, createPublicKey, verify } from 'node:crypto';
import { appendFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Spec1dot6 } from '@cyclonedx/cyclonedx-library/Spec';
import { JsonStrictValidator } from '@cyclonedx/cyclonedx-library/Validation';
import { describe, expect, test, vi } from 'vitest';
import { bomText } from '../../../src/engine/provenance/record/bom.ts';
import type { RecordFacts } from '../../../src/engine/provenance/record/facts.ts';
import { recordModel } from '../../../src/engine/provenance/record/modelRecord.ts';
import { signModel } from '../../../src/engine/provenance/sign.ts';
import { verifyModel } from '../../../src/engine/provenance/verify.ts';
import { FakeHub } from '../../hub/fakeHub.ts';
import { build, smallModel, type Value } from '../gguf/build.ts';
import { reviewed } from '../review/reviewed.ts';
import { config, llama, writeFolder } from '../safetensors/write.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { measuredPatch, texts } from './recordParts.ts';
import { keyPair } from './workplace.ts';

const it = test.extend(temporaryFolder);

/** What the official validator has against a record, by the schema of CycloneDX 1.6. */
async function faults(bom: string): Promise<unknown> {
  return await new JsonStrictValidator(Spec1dot6.version).validate(bom);
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

const patch = measuredPatch({
  counterfact: null,
  easyEdit: null,
  generationMatch: { protocol: 'p', n: 4, share: { value: 0.75, n: 4, low: 0.3, high: 0.95 } },
});
const file = (name: string, digit: string) => ({
  name,
  resources: [{ name: '.', algorithm: 'sha256', digest: digit.repeat(64) } as const],
  root: digit.repeat(64),
});

function factsWith(hostile = ''): RecordFacts {
  return {
    candidate: {
      header: texts(['general.architecture', 'llama'], ['general.name', `Edited${hostile}`]),
      manifest: file('edited.gguf', 'a'),
    },
    base: {
      header: texts(
        ['general.name', `Base${hostile}`],
        ['general.organization', `Org${hostile}`],
        ['general.license', hostile === '' ? 'apache-2.0' : hostile],
        ['general.url', hostile === '' ? 'https://example.org/m' : `javascript:${hostile}`],
        ['general.repo_url', 'https://huggingface.co/Org/Base'],
      ),
      manifest: {
        name: 'base',
        resources: ['1', '2'].map((digit) => ({
          name: `base-${digit}${hostile}.safetensors`,
          algorithm: 'sha256',
          digest: digit.repeat(64),
        })),
        root: 'b'.repeat(64),
      },
    },
    patches: [
      { name: `fac ts${hostile}.patch.gguf`, digest: `sha256:${'c'.repeat(64)}`, description: patch },
    ],
    statement: undefined,
    rebuilt: true,
    reviewed: reviewed(hostile),
    signature: {
      name: `edited${hostile}.sig`,
      digest: `sha256:${'d'.repeat(64)}`,
      signer: `CN=team${hostile}`,
    },
    serialNumber: 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79',
    time: new Date('2026-01-02T03:04:05Z'),
  };
}

describe('a modification record', () => {
  test('is what the schema of CycloneDX 1.6 allows, with base, patches, measures, signature and verdict', async () => {
    const bom = bomText(factsWith());
    expect(await faults(bom)).toBeNull();
    const { metadata, components, dependencies, annotations } = JSON.parse(bom);
    const { component } = metadata;
    expect(component).toMatchObject({
      type: 'machine-learning-model',
      name: 'Edited',
      hashes: [{ alg: 'SHA-256', content: 'a'.repeat(64) }],
      modelCard: { modelParameters: { modelArchitecture: 'llama', architectureFamily: 'transformer' } },
      pedigree: {
        ancestors: [
          {
            name: 'Base',
            group: 'Org',
            purl: 'pkg:huggingface/Org/Base',
            licenses: [{ license: { id: 'Apache-2.0' } }],
            components: [
              { hashes: [{ content: '1'.repeat(64) }] },
              { hashes: [{ content: '2'.repeat(64) }] },
            ],
          },
        ],
        patches: [
          {
            type: 'unofficial',
            diff: { url: 'fac%20ts.patch.gguf' },
            resolves: [{ id: 'eiffel', name: 'Eiffel Tower', description: 'Paris → Rome' }],
          },
        ],
      },
    });
    expect(component.modelCard.quantitativeAnalysis.performanceMetrics).toContainEqual({
      type: 'generation match',
      value: '0.75',
      slice: 'fac ts.patch.gguf on its base, as the patch says, 4 cases',
      confidenceInterval: { lowerBound: '0.3', upperBound: '0.95' },
    });
    expect(component.properties).toContainEqual({
      name: 'palimpsest:review:verdict',
      value: reviewed().verdict,
    });
    expect(component.externalReferences).toMatchObject([{ type: 'digital-signature', url: 'edited.sig' }]);
    expect(components).toMatchObject([{ name: 'fac ts.patch.gguf', hashes: [{ content: 'c'.repeat(64) }] }]);
    expect(dependencies).toContainEqual({ ref: 'candidate', dependsOn: ['patch-1'] });
    expect(annotations[0].text).toContain(reviewed().verdict);
  });

  it.for(['\u0000"}<script>', '\u202e%zz?#[]', ' ', '\ud800', '../../../x'])(
    'stays valid whatever names hold (%j)',
    async (hostile) => {
      expect(await faults(bomText(factsWith(hostile)))).toBeNull();
    },
  );

  test('names what the metadata say where the base is not at hand, and says nothing of reviews', async () => {
    const header = texts(['general.base_model.0.name', 'Parent'], ['general.base_model.0.version', 'v1']);
    const bom = bomText({
      ...factsWith(),
      candidate: { header, manifest: file('c.gguf', 'a') },
      ...{ base: undefined, patches: [], reviewed: undefined, signature: undefined, rebuilt: false },
    });
    expect(await faults(bom)).toBeNull();
    const { metadata, annotations } = JSON.parse(bom);
    expect(metadata.component).toMatchObject({
      name: 'c.gguf',
      pedigree: { ancestors: [{ name: 'Parent', version: 'v1' }] },
    });
    expect(annotations).toBeUndefined();
    expect(bom).not.toMatch(/review/);
  });

  it('of files has their digests, and its signature after that was verified', async ({ folder }) => {
    const candidate = path.join(folder, 'm.gguf');
    const bytes = build(
      smallModel({ set: [['general.name', ['string', 'Small']] satisfies [string, Value]] }),
    );
    await writeFile(candidate, bytes);
    const [key, pub] = await keyPair(folder, 'own');
    const [, other] = await keyPair(folder, 'other');
    const signature = path.join(folder, 'm.sig');
    await signModel({ path: candidate, key, out: signature });
    const out = path.join(folder, 'm.cdx.sigstore.json');
    const { bom, files, attestation } = await recordModel({
      candidate,
      base: candidate,
      signature: { path: signature, key: pub },
      attestation: { key, out },
    });
    expect(await faults(bom)).toBeNull();
    expect([files, attestation]).toEqual([1, out]);
    const { component } = JSON.parse(bom).metadata;
    expect(component.hashes).toEqual([{ alg: 'SHA-256', content: sha256(bytes) }]);
    expect(component.externalReferences[0]).toMatchObject({
      url: 'm.sig',
      hashes: [{ content: sha256(await readFile(signature)) }],
    });

    const { dsseEnvelope, verificationMaterial } = JSON.parse(await readFile(out, 'utf8'));
    const payload = Buffer.from(dsseEnvelope.payload, 'base64');
    expect(JSON.parse(payload.toString())).toEqual({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'm.gguf', digest: { sha256: sha256(bytes) } }],
      predicateType: 'https://cyclonedx.org/bom',
      predicate: JSON.parse(bom),
    });
    const signed = Buffer.from(
      `DSSEv1 ${dsseEnvelope.payloadType.length} ${dsseEnvelope.payloadType} ${payload.length} `,
    );
    const own = createPublicKey(await readFile(pub));
    const sig = Buffer.from(dsseEnvelope.signatures[0].sig, 'base64');
    expect(verify('sha256', Buffer.concat([signed, payload]), own, sig)).toBe(true);
    expect(verificationMaterial.publicKey.hint).toMatch(/^[0-9a-f]{64}$/);

    const wrong = recordModel({ candidate, signature: { path: signature, key: other } });
    await expect(wrong).rejects.toThrow(/signed with another key/);
    await expect(recordModel({ candidate, patches: ['p.gguf'] })).rejects.toThrow(/with the base/);
    const over = recordModel({ candidate, attestation: { key, out: candidate } });
    await expect(over).rejects.toThrow(/never written/);
  });

  it('is verified as what was attested of the files, for which it holds alone', async ({ folder }) => {
    const model = path.join(folder, 'model');
    await mkdir(model);
    await writeFolder(model, config, llama());
    const [key, pub] = await keyPair(folder, 'own');
    const [, other] = await keyPair(folder, 'other');
    const [out, record] = [path.join(model, 'm.sigstore.json'), path.join(model, 'm.cdx.json')];
    const { bom } = await recordModel({ candidate: model, attestation: { key, out }, out: record });
    const check = (path: string, by = pub, signature = out) => verifyModel({ path, signature, key: by });
    expect(await check(model)).toMatchObject({
      files: 2,
      statement: null,
      rebuilt: null,
      predicate: { type: 'https://cyclonedx.org/bom', value: JSON.parse(bom) },
    });
    await expect(check(model, other)).rejects.toThrow(/signed with another key/);
    await writeFile(record, bom.replace('CycloneDX', 'CycloneDY'));
    await expect(check(model)).rejects.toThrow(/m\.cdx\.json was added/);
    await rm(record);
    await writeFile(path.join(model, 'extra.py'), 'print()');
    await expect(check(model)).rejects.toThrow(/extra\.py was added/);
    await rm(path.join(model, 'extra.py'));
    await appendFile(path.join(model, 'config.json'), '\n');
    await expect(check(model)).rejects.toThrow(/config\.json was changed/);
    await rm(path.join(model, 'config.json'));
    await expect(check(model)).rejects.toThrow(/config\.json is missing/);

    const [one, renamed] = [path.join(folder, 'm.gguf'), path.join(folder, 'renamed.gguf')];
    await writeFile(one, build(smallModel()));
    const attested = path.join(folder, 'm.sigstore.json');
    await recordModel({ candidate: one, attestation: { key, out: attested } });
    await rename(one, renamed);
    expect((await check(renamed, pub, attested)).files).toBe(1);
    await appendFile(renamed, 'more');
    await expect(check(renamed, pub, attested)).rejects.toThrow(/the file was changed/);
  });

  it('of a model on the hub is told by what the hub says of it, within the limit', async ({ folder }) => {
    await using hub = await FakeHub.open();
    const content = Buffer.concat([build(smallModel()), Buffer.alloc(3_000_000)]);
    hub.commit('org/name', { 'm.gguf': { content, lfs: true } });
    vi.stubEnv('HF_ENDPOINT', hub.endpoint);
    vi.stubEnv('XDG_CACHE_HOME', path.join(folder, 'cache'));
    const candidate = path.join(folder, 'm.gguf');
    await writeFile(candidate, content);
    const out = path.join(folder, 'm.cdx.json');
    const { bom } = await recordModel({ candidate, base: 'hf:org/name/m.gguf', download: 1_000_000, out });
    expect(await readFile(out, 'utf8')).toBe(bom);
    expect(bom).toContain('hf:org/name/m.gguf');
    expect(bom).not.toMatch(/open-[0-9a-f]{8}-/);
    expect(hub.moved).toBeLessThan(1_000_000);
    vi.stubEnv('XDG_CACHE_HOME', path.join(folder, 'other'));
    await expect(recordModel({ candidate: 'hf:org/name/m.gguf', download: 1000 })).rejects.toThrow(
      /allow more with --download/,
    );
    vi.unstubAllEnvs();
  });

  it('of a folder leaves out what was written for it, and lists the rest', async ({ folder }) => {
    const model = path.join(folder, 'parts');
    await mkdir(model);
    const { splitModel } = await import('../gguf/splitModel.ts');
    const [first = '', second = ''] = await splitModel(model, 2);
    const { bom, files } = await recordModel({ candidate: first });
    expect(files).toBe(2);
    expect(await faults(bom)).toBeNull();
    expect(JSON.parse(bom).metadata.component.components).toHaveLength(2);
    const [key] = await keyPair(folder, 'own');
    for (const out of [first, second]) {
      await expect(recordModel({ candidate: first, attestation: { key, out } })).rejects.toThrow(
        /never written/,
      );
      await expect(recordModel({ candidate: first, out })).rejects.toThrow(/never written/);
    }
  });
});
