import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { signModel } from '../../../src/engine/provenance/sign.ts';
import { verifyModel } from '../../../src/engine/provenance/verify.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { keyPair, rewrite } from './workplace.ts';

const it = test.extend(temporaryFolder);

/** A snapshot as the Hugging Face cache keeps it: every file is a link to a blob. */
async function snapshot(folder: string) {
  const [blobs, model] = [path.join(folder, 'blobs'), path.join(folder, 'snapshots', 'main')];
  await mkdir(blobs);
  await mkdir(path.join(model, 'sub'), { recursive: true });
  for (const [name, up] of [
    ['model.gguf', '../..'],
    ['sub/config.json', '../../..'],
  ] as const) {
    const blob = path.basename(name);
    await writeFile(path.join(blobs, blob), name);
    await symlink(path.join(up, 'blobs', blob), path.join(model, name));
  }
  const [key, pub] = await keyPair(folder, 'own');
  return { blobs, model, key, pub, out: path.join(folder, 'model.sig') };
}

describe('links', () => {
  it('are refused with the name of the option, in signing and verifying', async ({ folder }) => {
    const { model, key, pub, out } = await snapshot(folder);
    const refused = /symbolic link, which a signature covers only with --allow-symlinks/;
    await expect(signModel({ path: model, key, out })).rejects.toThrow(refused);
    await expect(signModel({ path: path.join(model, 'model.gguf'), key, out })).rejects.toThrow(refused);
    await signModel({ path: model, key, out, allowSymlinks: true });
    await expect(verifyModel({ path: model, signature: out, key: pub })).rejects.toThrow(refused);
  });

  it('are followed by the option, go by their own names, and the signature says so', async ({ folder }) => {
    const { blobs, model, key, pub, out } = await snapshot(folder);
    await signModel({ path: model, key, out, allowSymlinks: true });
    await rewrite(out, ({ statement: { predicate } }) => {
      expect(predicate.resources.map(({ name }) => name)).toEqual(['model.gguf', 'sub/config.json']);
      expect(predicate.serialization['allow_symlinks']).toBe(true);
    });
    const params = { path: model, signature: out, key: pub, allowSymlinks: true };
    expect(await verifyModel(params)).toMatchObject({ files: 2 });
    await writeFile(path.join(blobs, 'config.json'), 'changed');
    await expect(verifyModel(params)).rejects.toThrow(/sub\/config.json was changed/);
  });

  it('to one file are followed', async ({ folder }) => {
    const { model, key, pub, out } = await snapshot(folder);
    const file = path.join(model, 'model.gguf');
    await signModel({ path: file, key, out, allowSymlinks: true });
    const params = { path: file, signature: out, key: pub, allowSymlinks: true };
    expect(await verifyModel(params)).toMatchObject({ files: 1 });
  });

  it('to folders are refused below the model, whose own name may be one', async ({ folder }) => {
    const { blobs, model, key, out } = await snapshot(folder);
    const link = path.join(folder, 'link');
    await symlink(model, link);
    await expect(signModel({ path: link, key, out })).rejects.toThrow(/--allow-symlinks/);
    expect(await signModel({ path: link, key, out, allowSymlinks: true })).toMatchObject({ files: 2 });
    await symlink(blobs, path.join(model, 'more'));
    await expect(signModel({ path: model, key, out, allowSymlinks: true })).rejects.toThrow(
      /more is a link to a folder; --allow-symlinks follows links to files alone/,
    );
  });

  it('that lead nowhere are refused', async ({ folder }) => {
    const { model, key, out } = await snapshot(folder);
    await symlink('nowhere', path.join(model, 'broken'));
    await expect(signModel({ path: model, key, out, allowSymlinks: true })).rejects.toThrow(
      /broken does not exist/,
    );
    expect(await readFile(path.join(model, 'model.gguf'), 'utf8')).toBe('model.gguf');
  });

  it.skipIf(process.platform === 'win32')('to no file or folder are refused', async ({ folder }) => {
    const { model, key, out } = await snapshot(folder);
    await symlink('/dev/null', path.join(model, 'device'));
    await expect(signModel({ path: model, key, out, allowSymlinks: true })).rejects.toThrow(
      /device is neither a file nor a folder/,
    );
  });
});
