import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { signModel } from '../../../src/engine/provenance/sign.ts';
import { verifyModel } from '../../../src/engine/provenance/verify.ts';
import { splitModel } from '../../unit/gguf/splitModel.ts';
import { Certificates, type Identity, signing, withoutOpenssl } from '../../unit/provenance/authority.ts';
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

  it('it verifies the folder of a split model that is signed here by a part', async ({ folder }) => {
    const { key, pub } = await workplace(folder, 'P-256');
    const [first = '', second = ''] = await splitModel(folder, 2);
    const place = path.dirname(first);
    const out = path.join(place, 'm.sig');
    await signModel({ path: second, key, out });
    const args = ['verify', 'key', place, '--signature', out, '--public_key', pub];
    expect(reference(...args)).toMatchObject({ status: 0 });
    await appendFile(second, '!');
    expect(reference(...args)).toMatchObject({ status: 1, says: expect.stringMatching(/00002-of-00002/) });
  });

  it('the folder of a split model that it signs is verified here by any part', async ({ folder }) => {
    const { key, pub } = await workplace(folder, 'P-256');
    const parts = await splitModel(folder, 2);
    const [first = ''] = parts;
    const place = path.dirname(first);
    const out = path.join(place, 'm.sig');
    const args = ['sign', 'key', place, '--signature', out, '--private_key', key];
    expect(reference(...args)).toMatchObject({ status: 0 });
    for (const named of [...parts, place]) {
      expect(await verifyModel({ path: named, signature: out, key: pub })).toMatchObject({ files: 2 });
    }
    // one part, signed as one file
    const alone = ['sign', 'key', first, '--signature', out, '--private_key', key];
    expect(reference(...alone)).toMatchObject({ status: 0 });
    await expect(verifyModel({ path: first, signature: out, key: pub })).rejects.toThrow(/about one file/);
  });

  it('links are followed both ways by the option of the same name alone', async ({ folder }) => {
    const { model, key, pub, out } = await workplace(folder, 'P-256');
    const [link, blob] = [path.join(model, 'link'), path.join(folder, 'blob')];
    await writeFile(blob, 'blob');
    await symlink(blob, link);
    const allowed = ['--allow_symlinks'];
    for (const signed of [model, link]) {
      await signModel({ path: signed, key, out, allowSymlinks: true });
      const verify = ['verify', 'key', signed, '--signature', out, '--public_key', pub];
      expect(reference(...verify)).toMatchObject({ status: 1 });
      expect(reference(...verify, ...allowed)).toMatchObject({ status: 0 });
      const sign = ['sign', 'key', signed, '--signature', out, '--private_key', key];
      expect(reference(...sign)).toMatchObject({ status: 1 });
      expect(reference(...sign, ...allowed)).toMatchObject({ status: 0 });
      const params = { path: signed, signature: out, key: pub };
      await expect(verifyModel(params)).rejects.toThrow(/--allow-symlinks/);
      expect(await verifyModel({ ...params, allowSymlinks: true })).toMatchObject({ statement: null });
    }
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

  describe.skipIf(withoutOpenssl)('with certificates', () => {
    const made = async (folder: string, extensions = signing, curve?: string) => {
      const certificates = new Certificates(folder);
      const root = await certificates.root('root');
      const between = await certificates.issued('between', root);
      return { root, between, signer: await certificates.issued('signer', between, extensions, curve) };
    };
    const check = (model: string, signature: string, { certificate }: Identity, ...more: string[]) =>
      reference(
        ...['verify', 'certificate', model, '--signature', signature],
        ...['--certificate_chain', certificate, ...more],
      );
    const sign = (model: string, out: string, signer: Identity, between: Identity) =>
      reference(
        ...['sign', 'certificate', model, '--signature', out, '--private_key', signer.key],
        ...['--signing_certificate', signer.certificate, '--certificate_chain', between.certificate],
      );

    it.for(['prime256v1', 'secp384r1', 'secp521r1'])(
      'either verifies what the other signs (%s)',
      async (curve, { folder }) => {
        const { model, file, out } = await workplace(folder, 'P-256');
        const { root, between, signer } = await made(folder, signing, curve);
        const certificates = [root.certificate];
        for (const signed of [model, file]) {
          const { key, certificate } = signer;
          await signModel({ path: signed, key, certificate, certificateChain: [between.certificate], out });
          const { status, says } = check(signed, out, root, '--log_fingerprints');
          expect([status, says]).toEqual([0, expect.stringMatching(/Fingerprint/)]);
          const own = await verifyModel({ path: signed, signature: out, certificates });
          for (const { fingerprint } of own.certificates) expect(says).toContain(fingerprint);
          expect(sign(signed, out, signer, between)).toMatchObject({ status: 0 });
          expect(await verifyModel({ path: signed, signature: out, certificates })).toEqual(own);
        }
        await appendFile(file, '!');
        expect(check(file, out, root).status).not.toBe(0);
        await expect(verifyModel({ path: file, signature: out, certificates })).rejects.toThrow(
          /was changed/,
        );
      },
    );

    it('both refuse another root, and a key that is not meant for signing', async ({ folder }) => {
      const { model, out } = await workplace(folder, 'P-256');
      const { root, between, signer } = await made(folder);
      expect(sign(model, out, signer, between)).toMatchObject({ status: 0 });
      const other = await new Certificates(folder).root('other');
      expect(check(model, out, other).status).not.toBe(0);
      const params = { path: model, signature: out, certificates: [other.certificate] };
      await expect(verifyModel(params)).rejects.toThrow(/not trusted/);
      const encrypting = await new Certificates(folder).issued('encrypting', between, [
        'keyUsage=critical,keyEncipherment',
      ]);
      expect(sign(model, out, encrypting, between)).toMatchObject({ status: 0 });
      expect(check(model, out, root)).toMatchObject({
        says: expect.stringMatching(/cannot be used for signing/),
      });
      await expect(verifyModel({ ...params, certificates: [root.certificate] })).rejects.toThrow(
        /not meant for signing/,
      );
    });
  });
});
