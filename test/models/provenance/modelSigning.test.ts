import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { signModel } from '../../../src/engine/provenance/sign.ts';
import { verifyModel } from '../../../src/engine/provenance/verify.ts';
import { temporaryFolder } from '../../unit/temporaryFolder.ts';

/** The reference implementation, as `node scripts/modelSigning.mjs` installs it. */
const python = path.resolve(
  '.cache/model-signing',
  process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python',
);
const absent = !existsSync(python) && process.env['CI'] !== 'true';
const it = test.extend(temporaryFolder);

function reference(...args: string[]): { readonly status: number | null; readonly says: string } {
  const { status, stdout, stderr } = spawnSync(python, ['-m', 'model_signing', ...args], {
    encoding: 'utf8',
  });
  return { status, says: `${stdout}${stderr}` };
}

async function workplace(folder: string, namedCurve: string) {
  const model = path.join(folder, 'model');
  await mkdir(path.join(model, 'b'), { recursive: true });
  await writeFile(path.join(model, 'b', 'weights.bin'), 'weights');
  await writeFile(path.join(model, 'b.txt'), 'text');
  await writeFile(path.join(model, '.gitattributes'), '*');
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
  const [key, pub] = [path.join(folder, 'key.pem'), path.join(folder, 'pub.pem')];
  await writeFile(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await writeFile(pub, publicKey.export({ type: 'spki', format: 'pem' }));
  return { model, file: path.join(model, 'b.txt'), key, pub, out: path.join(folder, 'model.sig') };
}

describe.skipIf(absent)("beside PyPI's model-signing 1.1.1", () => {
  it.for(['P-256', 'P-384', 'P-521'])('it verifies what is signed here (%s)', async (curve, { folder }) => {
    const { model, file, key, pub, out } = await workplace(folder, curve);
    for (const signed of [model, file]) {
      await signModel({ path: signed, key, out });
      const args = ['verify', 'key', signed, '--signature', out, '--public_key', pub];
      expect(reference(...args)).toMatchObject({ status: 0 });
    }
    await appendFile(file, '!');
    expect(reference('verify', 'key', file, '--signature', out, '--public_key', pub).status).not.toBe(0);
  });

  it.for(['P-256', 'P-384', 'P-521'])('what it signs is verified here (%s)', async (curve, { folder }) => {
    const { model, file, key, pub, out } = await workplace(folder, curve);
    for (const signed of [model, file]) {
      const args = ['sign', 'key', signed, '--signature', out, '--private_key', key];
      expect(reference(...args)).toMatchObject({ status: 0 });
      expect(await verifyModel({ path: signed, signature: out, key: pub })).toMatchObject({
        statement: null,
      });
    }
    await appendFile(file, '!');
    await expect(verifyModel({ path: file, signature: out, key: pub })).rejects.toThrow(/was changed/);
  });
});
