import { generateKeyPairSync } from 'node:crypto';
import { appendFile, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { manifestOf } from '../../../src/engine/provenance/manifest.ts';
import { signModel } from '../../../src/engine/provenance/sign.ts';
import { verifyModel } from '../../../src/engine/provenance/verify.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

type Curve = 'P-256' | 'P-384' | 'P-521';

/** A model of three files, keys beside it, and the paths of both. */
async function workplace(folder: string, namedCurve: Curve = 'P-256') {
  const model = path.join(folder, 'model');
  await mkdir(path.join(model, 'b'), { recursive: true });
  await mkdir(path.join(model, '.git'));
  await writeFile(path.join(model, 'b', 'weights.bin'), 'weights');
  await writeFile(path.join(model, 'b.txt'), 'text');
  await writeFile(path.join(model, 'a.json'), '{}');
  await writeFile(path.join(model, '.git', 'HEAD'), 'ref');
  const [key, pub] = await keyPair(folder, 'own', namedCurve);
  return { model, key, pub, out: path.join(folder, 'model.sig') };
}

async function keyPair(folder: string, name: string, namedCurve: Curve, passphrase?: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
  const files = [path.join(folder, `${name}.pem`), path.join(folder, `${name}.pub.pem`)] as const;
  const locked = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
  await writeFile(files[0], privateKey.export({ type: 'pkcs8', format: 'pem', ...locked }));
  await writeFile(files[1], publicKey.export({ type: 'spki', format: 'pem' }));
  return files;
}

/** Changes what is signed inside a bundle, and leaves the rest. */
async function tamper(
  bundle: string,
  change: (statement: { [key: string]: unknown }) => void,
): Promise<void> {
  const parsed = JSON.parse(await readFile(bundle, 'utf8'));
  const statement = JSON.parse(Buffer.from(parsed.dsseEnvelope.payload, 'base64').toString());
  change(statement);
  parsed.dsseEnvelope.payload = Buffer.from(JSON.stringify(statement)).toString('base64');
  await writeFile(bundle, JSON.stringify(parsed));
}

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
    const { model } = await workplace(folder);
    const { resources } = await manifestOf(model, ['.git']);
    expect(resources.map(({ name }) => name)).toEqual(['a.json', 'b/weights.bin', 'b.txt']);
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
    ['a link', (model) => symlink('/etc/hostname', path.join(model, 'link')), /symbolic link/],
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

  it('is refused when its content was changed, or is that of another model', async ({ folder }) => {
    const { model, key, pub, out } = await workplace(folder);
    await signModel({ path: model, key, out });
    const whole = await readFile(out, 'utf8');
    await tamper(out, (statement) => {
      statement['subject'] = [];
    });
    await expect(verifyModel({ path: model, signature: out, key: pub })).rejects.toThrow(/changed after/);
    await writeFile(out, whole.slice(0, whole.length / 2));
    await expect(verifyModel({ path: model, signature: out, key: pub })).rejects.toThrow(/cut short/);
    const swapped = path.join(folder, 'swapped.sig');
    await signModel({ path: path.join(model, 'b'), key, out: swapped });
    await expect(verifyModel({ path: model, signature: swapped, key: pub })).rejects.toThrow(
      /not what was signed/,
    );
  });

  it.for<readonly [string, unknown, RegExp]>([
    ['another kind of file', { a: 1 }, /bundle of the kind/],
    ['a list', [], /bundle/],
    ['no envelope', { mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json' }, /no DSSE envelope/],
  ])('is refused where the bundle is %s', async ([, value, reason], { folder }) => {
    const { model, pub, out } = await workplace(folder);
    await writeFile(out, JSON.stringify(value));
    await expect(verifyModel({ path: model, signature: out, key: pub })).rejects.toThrow(reason);
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
  });
});
