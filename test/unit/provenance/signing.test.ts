import { generateKeyPairSync } from 'node:crypto';
import { appendFile, link, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { signModel } from '../../../src/engine/provenance/sign.ts';
import { verifyModel } from '../../../src/engine/provenance/verify.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { keyPair, rewrite, rootOver, workplace } from './workplace.ts';

const it = test.extend(temporaryFolder);

describe('a signature', () => {
  for (const curve of ['P-256', 'P-384', 'P-521'] as const) {
    it(`of a folder by a key of the curve ${curve} is verified`, async ({ folder }) => {
      const { model, key, pub, out } = await workplace(folder, curve);
      const signed = await signModel({ path: model, key, out });
      expect(signed.files).toBe(3);
      const verified = await verifyModel({ path: model, signature: out, key: pub });
      expect(verified).toMatchObject({ digest: signed.digest, files: 3, key: signed.key, statement: null });
    });
  }

  it('lists files in the order of their paths, part by part, without what Git keeps', async ({ folder }) => {
    const { model, key, out } = await workplace(folder);
    for (const name of ['.gitignore', '.gitattributes']) await writeFile(path.join(model, name), '*');
    await mkdir(path.join(model, '.github'));
    await writeFile(path.join(model, '.github', 'workflow.yml'), '');
    const { digest } = await signModel({ path: model, key, out });
    await rewrite(out, ({ statement: { _type, predicateType, subject, predicate } }) => {
      expect(_type).toBe('https://in-toto.io/Statement/v1');
      expect(predicateType).toBe('https://model_signing/signature/v1.0');
      expect(predicate.resources.map(({ name }) => name)).toEqual(['a.json', 'b/weights.bin', 'b.txt']);
      expect(predicate.serialization).toEqual({
        method: 'files',
        hash_type: 'sha256',
        allow_symlinks: false,
        ignore_paths: ['.gitignore', '.gitattributes', '.git', '.github'],
      });
      const root = rootOver(predicate.resources.map((resource) => resource.digest));
      expect(subject).toEqual([{ name: 'model', digest: { sha256: root } }]);
      expect(digest).toBe(`sha256:${root}`);
    });
  });

  it('may lie in the folder that it signs', async ({ folder }) => {
    const { model, key, pub } = await workplace(folder);
    const out = path.join(model, 'model.sig');
    await signModel({ path: model, key, out });
    expect((await verifyModel({ path: model, signature: out, key: pub })).files).toBe(3);
  });

  it('of one file stays good when the file is renamed', async ({ folder }) => {
    const { model, key, pub, out } = await workplace(folder);
    const [file, other] = [path.join(model, 'a.json'), path.join(folder, 'renamed.json')];
    await signModel({ path: file, key, out });
    await rename(file, other);
    expect((await verifyModel({ path: other, signature: out, key: pub })).files).toBe(1);
  });

  it.for<readonly [string, (model: string) => Promise<unknown>, RegExp]>([
    ['a changed file', (model) => appendFile(path.join(model, 'b.txt'), '!'), /b\.txt was changed/],
    ['a missing file', (model) => rm(path.join(model, 'b.txt')), /b\.txt is missing/],
    ['a file that was added', (model) => writeFile(path.join(model, 'new'), ''), /new was added/],
    [
      'what Git keeps below',
      (model) => writeFile(path.join(model, 'b', '.gitignore'), ''),
      /b\/.gitignore was added/,
    ],
  ])('is refused for %s', async ([, change, reason], { folder }) => {
    const { model, key, pub, out } = await workplace(folder);
    await signModel({ path: model, key, out });
    await change(model);
    await expect(verifyModel({ path: model, signature: out, key: pub })).rejects.toThrow(reason);
  });

  it('is refused by another key, of the same curve or another', async ({ folder }) => {
    const { model, key, out } = await workplace(folder);
    await signModel({ path: model, key, out });
    for (const curve of ['P-256', 'P-384'] as const) {
      const [, other] = await keyPair(folder, `other-${curve}`, curve);
      await expect(verifyModel({ path: model, signature: out, key: other })).rejects.toThrow(/another key/);
    }
  });

  it('names five differences and counts the others', async ({ folder }) => {
    const { model, key, pub, out } = await workplace(folder);
    await signModel({ path: model, key, out });
    const refused = () => expect(verifyModel({ path: model, signature: out, key: pub })).rejects;
    for (const name of [1, 2, 3, 4, 5]) await writeFile(path.join(model, `n${name}`), '');
    await refused().toThrow(/n5 was added\.$/);
    await writeFile(path.join(model, 'n6'), '');
    await refused().toThrow(/was added and 1 more\.$/);
  });

  it('of another model is refused', async ({ folder }) => {
    const { model, key, pub, out } = await workplace(folder);
    await signModel({ path: path.join(model, 'b'), key, out });
    await expect(verifyModel({ path: model, signature: out, key: pub })).rejects.toThrow(
      /not what was signed: weights.bin is missing, a.json was added/,
    );
  });

  it('is never written over the model or the key', async ({ folder }) => {
    const { model, key } = await workplace(folder);
    const file = path.join(model, 'a.json');
    for (const out of [file, key]) {
      const before = await readFile(out);
      await expect(signModel({ path: file, key, out })).rejects.toThrow(/never written/);
      expect(await readFile(out)).toEqual(before);
    }
  });

  it('is never written over a file of the folder, under whatever name, but over an older signature', async ({
    folder,
  }) => {
    const { model, key, pub } = await workplace(folder);
    const file = path.join(model, 'a.json');
    const [hard, soft] = [path.join(folder, 'hard.sig'), path.join(folder, 'soft.sig')];
    await link(file, hard);
    await symlink(file, soft);
    const linked = path.join(folder, 'linked');
    await symlink(model, linked);
    const before = await readFile(file);
    for (const out of [file, hard, soft, path.join(linked, 'a.json')]) {
      await expect(signModel({ path: model, key, out }), out).rejects.toThrow(/never written/);
      expect(await readFile(file)).toEqual(before);
    }
    const inside = path.join(model, 'model.sig');
    for (let i = 0; i < 2; i++) await signModel({ path: model, key, out: inside });
    expect((await verifyModel({ path: model, signature: inside, key: pub })).files).toBe(3);
  });

  it('of nothing is refused', async ({ folder }) => {
    const { key, out } = await workplace(folder);
    const empty = path.join(folder, 'empty');
    await mkdir(empty);
    await expect(signModel({ path: empty, key, out })).rejects.toThrow(/holds no files/);
    await expect(signModel({ path: path.join(folder, 'nowhere'), key, out })).rejects.toThrow(
      /nowhere does not exist/,
    );
  });

  it('takes a locked key with its passphrase only', async ({ folder }) => {
    const { model, out } = await workplace(folder);
    const [key, pub] = await keyPair(folder, 'locked', 'P-256', 'secret');
    await expect(signModel({ path: model, key, out })).rejects.toThrow(/PALIMPSEST_KEY_PASSPHRASE/);
    await expect(signModel({ path: model, key, out, passphrase: 'wrong' })).rejects.toThrow(/locked/);
    await signModel({ path: model, key, out, passphrase: 'secret' });
    expect((await verifyModel({ path: model, signature: out, key: pub })).files).toBe(3);
  });

  it('says which key is wrong', async ({ folder }) => {
    const { model, key, pub, out } = await workplace(folder);
    await expect(signModel({ path: model, key: pub, out })).rejects.toThrow(/not a private key/);
    await signModel({ path: model, key, out });
    await expect(verifyModel({ path: model, signature: out, key })).rejects.toThrow(/is a private key/);
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const rsa = path.join(folder, 'rsa.pem');
    await writeFile(rsa, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await expect(signModel({ path: model, key: rsa, out })).rejects.toThrow(/rsa key; keys of the curves/);
    const garbage = path.join(folder, 'garbage.pem');
    await writeFile(garbage, 'no key');
    await expect(verifyModel({ path: model, signature: out, key: garbage })).rejects.toThrow(
      /garbage.pem is not a public key in PEM form/,
    );
    const curve = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey;
    await writeFile(garbage, curve.export({ type: 'spki', format: 'pem' }));
    await expect(verifyModel({ path: model, signature: out, key: garbage })).rejects.toThrow(
      /is a secp256k1 key; keys of the curves P-256, P-384 and P-521 can sign/,
    );
  });
});
