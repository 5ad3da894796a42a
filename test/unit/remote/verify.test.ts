import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test as base, expect, vi } from 'vitest';
import { signModel } from '../../../src/engine/provenance/sign.ts';
import { verifyModel } from '../../../src/engine/provenance/verify.ts';
import { FakeHub } from '../../hub/fakeHub.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const test = base.extend(temporaryFolder);
const almanac = path.resolve(import.meta.dirname, '../../../samples/almanac/almanac.gguf');

test('a signature is held against what lies on the hub by its SHA-256, without downloading the weights', async ({
  folder,
}) => {
  await using hub = await FakeHub.open();
  vi.stubEnv('HF_ENDPOINT', hub.endpoint);
  vi.stubEnv('HF_TOKEN', '');
  vi.stubEnv('HF_HOME', folder);
  vi.stubEnv('XDG_CACHE_HOME', path.join(folder, 'cache'));
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const [key, pub, signature] = ['key.pem', 'pub.pem', 'model.sig'].map((name) => path.join(folder, name));
  if (key === undefined || pub === undefined || signature === undefined) throw new Error('three names');
  writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(pub, publicKey.export({ type: 'spki', format: 'pem' }));
  await signModel({ path: almanac, key, out: signature });

  hub.commit('org/model', { 'almanac.gguf': { content: almanac, lfs: true } });
  const verified = await verifyModel({ path: 'hf:org/model/almanac.gguf', signature, key: pub });
  const size = readFileSync(almanac).length;
  expect(verified).toMatchObject({ path: 'hf:org/model/almanac.gguf', files: 1 });
  expect(verified.downloaded).toBeLessThan(size / 2);

  const other = Buffer.from(readFileSync(almanac));
  other[other.length - 1] = (other.at(-1) ?? 0) ^ 1;
  hub.commit('org/model', { 'almanac.gguf': { content: other, lfs: true } }, 'Change', 'refs/pr/1');
  await expect(
    verifyModel({ path: 'hf:org/model/almanac.gguf#refs/pr/1', signature, key: pub }),
  ).rejects.toThrow(/^hf:org\/model\/almanac\.gguf#refs\/pr\/1 is not what was signed/);
  vi.unstubAllEnvs();
});
