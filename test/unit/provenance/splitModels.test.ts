import { copyFile, mkdir, open, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { signModel } from '../../../src/engine/provenance/sign.ts';
import { verifyModel } from '../../../src/engine/provenance/verify.ts';
import { build, smallModel } from '../gguf/build.ts';
import { partName, splitModel } from '../gguf/splitModel.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { keyPair, rewrite, rootOver } from './workplace.ts';

const it = test.extend(temporaryFolder);

/** A split model beside which other things may lie, and keys elsewhere. */
async function workplace(folder: string, count: 2 | 3 = 3) {
  const parts = await splitModel(folder, count);
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  const [key, pub] = await keyPair(folder, 'own');
  return { place: path.dirname(first), parts, first, last, key, pub };
}

/** The highest bit of a file's last byte, which belongs to a tensor. */
async function flipBit(file: string): Promise<void> {
  const bytes = await readFile(file);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 0x80, bytes.length - 1);
  await writeFile(file, bytes);
}

describe('the signature of a split model', () => {
  it.for([2, 3] as const)('is about all of its %i parts, whichever is named', async (count, { folder }) => {
    const { place, parts, key, pub } = await workplace(folder, count);
    const out = path.join(folder, 'm.sig');
    const digests = new Set<string>();
    for (const named of parts) {
      const { digest, files } = await signModel({ path: named, key, out });
      expect(files).toBe(count);
      digests.add(digest);
      for (const other of parts) {
        expect(await verifyModel({ path: other, signature: out, key: pub })).toMatchObject({ digest, files });
      }
      expect(await verifyModel({ path: place, signature: out, key: pub })).toMatchObject({ digest, files });
    }
    expect(digests.size).toBe(1);
    await rewrite(out, ({ statement: { predicate, subject } }) => {
      expect(predicate.resources.map(({ name }) => name)).toEqual(parts.map((part) => path.basename(part)));
      expect(subject[0]?.name).toBe(partName(1, count));
    });
  });

  it.for([0, 1, 2])(
    'is refused after a bit of part %i has changed, whichever is named',
    async (no, { folder }) => {
      const { parts, first, key, pub } = await workplace(folder);
      const out = path.join(folder, 'm.sig');
      await signModel({ path: first, key, out });
      await flipBit(parts[no] ?? '');
      for (const named of parts) {
        await expect(verifyModel({ path: named, signature: out, key: pub })).rejects.toThrow(
          `is not what was signed: ${partName(no + 1, 3)} was changed.`,
        );
      }
    },
  );

  it('may lie beside the parts, and takes no notice of other files there', async ({ folder }) => {
    const { place, first, last, key, pub } = await workplace(folder);
    const out = path.join(place, 'm.sig');
    await signModel({ path: last, key, out });
    expect(await verifyModel({ path: place, signature: out, key: pub })).toMatchObject({ files: 3 });
    await writeFile(path.join(place, 'README.md'), '');
    await copyFile(first, path.join(place, 'other-00001-of-00003.gguf'));
    await copyFile(first, path.join(place, 'm-00001-of-00004.gguf'));
    expect(await verifyModel({ path: first, signature: out, key: pub })).toMatchObject({ files: 3 });
    await expect(verifyModel({ path: place, signature: out, key: pub })).rejects.toThrow(
      /README.md was added/,
    );
  });

  it('is refused where a part is missing, was renamed, or was added', async ({ folder }) => {
    const { place, first, last, key, pub } = await workplace(folder);
    const out = path.join(folder, 'm.sig');
    await signModel({ path: first, key, out });
    const verify = (file: string) => verifyModel({ path: file, signature: out, key: pub });
    const extra = path.join(place, 'm-00004-of-00003.gguf');
    await copyFile(first, extra);
    await expect(verify(first)).rejects.toThrow(/m-00004-of-00003.gguf was added/);
    await expect(signModel({ path: first, key, out: path.join(folder, 'new.sig') })).rejects.toThrow(
      `${extra} is called a part of a model that has 3 parts; remove or rename it.`,
    );
    await rm(extra);
    const renamed = path.join(place, 'third.gguf');
    await rename(last, renamed);
    await expect(verify(first)).rejects.toThrow(
      `Part 3 of 3 of the model cannot be read: ${last} does not exist.`,
    );
    await expect(signModel({ path: first, key, out })).rejects.toThrow(/Part 3 of 3/);
    const misnamed = /third.gguf is one of 3 parts of a model, but is not named like/;
    await expect(verify(renamed)).rejects.toThrow(misnamed);
    await expect(signModel({ path: renamed, key, out })).rejects.toThrow(misnamed);
  });

  it('is refused for a model whose parts were all given another name', async ({ folder }) => {
    const { place, parts, first, key, pub } = await workplace(folder);
    const out = path.join(folder, 'm.sig');
    await signModel({ path: first, key, out });
    const renamed = parts.map((part) => path.join(place, path.basename(part).replace('m-', 'n-')));
    for (const [no, part] of parts.entries()) await rename(part, renamed[no] ?? '');
    await expect(verifyModel({ path: renamed[0] ?? '', signature: out, key: pub })).rejects.toThrow(
      /m-00001-of-00003.gguf is missing, .* n-00001-of-00003.gguf was added/,
    );
  });

  it('that is about one part alone is refused, by whatever it was written', async ({ folder }) => {
    const { parts, first, key, pub } = await workplace(folder);
    const out = path.join(folder, 'm.sig');
    const alone = path.join(folder, 'alone', path.basename(first));
    await mkdir(path.dirname(alone));
    await copyFile(first, alone);
    // as a folder that holds one part
    await signModel({ path: path.dirname(alone), key, out });
    await expect(verifyModel({ path: alone, signature: out, key: pub })).rejects.toThrow(
      /Part 2 of 3 of the model cannot be read/,
    );
    for (const named of parts) {
      await expect(verifyModel({ path: named, signature: out, key: pub })).rejects.toThrow(/was added/);
    }
    // as one file, which earlier versions and model-signing call "."
    await rewrite(
      out,
      ({ statement: { predicate } }) => {
        for (const resource of predicate.resources) resource.name = '.';
      },
      key,
    );
    for (const named of parts) {
      await expect(verifyModel({ path: named, signature: out, key: pub })).rejects.toThrow(
        `${out} is about one file, and ${named} is one of 3 parts of a model; sign the model again, which signs all of them.`,
      );
    }
  });

  it('covers parts that it claims to ignore', async ({ folder }) => {
    const { first, key, pub } = await workplace(folder);
    const out = path.join(folder, 'm.sig');
    await signModel({ path: first, key, out });
    await rewrite(
      out,
      ({ statement: { predicate, subject } }) => {
        predicate.resources.pop();
        Object.assign(predicate.serialization, { ignore_paths: [partName(3, 3)] });
        const root = rootOver(predicate.resources.map(({ digest }) => digest));
        Object.assign(subject, [{ name: 'm', digest: { sha256: root } }]);
      },
      key,
    );
    await expect(verifyModel({ path: first, signature: out, key: pub })).rejects.toThrow(
      /m-00003-of-00003.gguf was added/,
    );
  });

  it('never replaces a part', async ({ folder }) => {
    const { first, last, key } = await workplace(folder);
    const before = await readFile(last);
    await expect(signModel({ path: first, key, out: last })).rejects.toThrow(/never written/);
    expect(await readFile(last)).toEqual(before);
  });

  it('covers parts that are links where that is allowed', async ({ folder }) => {
    const { parts, key, pub } = await workplace(folder);
    const cache = path.join(folder, 'cache');
    await mkdir(cache);
    for (const part of parts) await symlink(part, path.join(cache, path.basename(part)));
    const [model, out] = [path.join(cache, partName(2, 3)), path.join(folder, 'm.sig')];
    await expect(signModel({ path: model, key, out })).rejects.toThrow(/--allow-symlinks/);
    await signModel({ path: model, key, out, allowSymlinks: true });
    await expect(verifyModel({ path: model, signature: out, key: pub })).rejects.toThrow(/--allow-symlinks/);
    expect(await verifyModel({ path: model, signature: out, key: pub, allowSymlinks: true })).toMatchObject({
      files: 3,
    });
  });
});

describe('the signature of a folder', () => {
  it('serves a file of it, with all that was signed beside it', async ({ folder }) => {
    const { place, first, last, key, pub } = await workplace(folder);
    const [readme, out] = [path.join(place, 'README.md'), path.join(place, 'm.sig')];
    await writeFile(readme, 'text');
    await signModel({ path: place, key, out });
    await writeFile(path.join(place, 'later.txt'), '');
    expect(await verifyModel({ path: last, signature: out, key: pub })).toMatchObject({ files: 4 });
    await writeFile(readme, 'changed');
    await expect(verifyModel({ path: first, signature: out, key: pub })).rejects.toThrow(
      /README.md was changed/,
    );
    await rm(readme);
    await expect(verifyModel({ path: first, signature: out, key: pub })).rejects.toThrow(
      /README.md is missing/,
    );
  });
});

describe('a file that is a whole', () => {
  it('is signed by itself, even if it is called a part', async ({ folder }) => {
    const [key, pub] = await keyPair(folder, 'own');
    const [file, out] = [path.join(folder, partName(1, 3)), path.join(folder, 'm.sig')];
    await writeFile(file, build(smallModel()));
    expect(await signModel({ path: file, key, out })).toMatchObject({ files: 1 });
    expect(await verifyModel({ path: file, signature: out, key: pub })).toMatchObject({ files: 1 });
  });

  it('is signed by itself where it is the only part, and may be renamed', async ({ folder }) => {
    const [key, pub] = await keyPair(folder, 'own');
    const [file, other, out] = ['m-00001-of-00001.gguf', 'n.gguf', 'm.sig'].map((name) =>
      path.join(folder, name),
    ) as [string, string, string];
    const { metadata } = smallModel({ set: [['split.count', ['uint16', 1]]] });
    await writeFile(file, build({ ...smallModel(), metadata }));
    await signModel({ path: file, key, out });
    await rename(file, other);
    expect(await verifyModel({ path: other, signature: out, key: pub })).toMatchObject({ files: 1 });
  });

  it('is signed whatever it holds, unless it is called a part', async ({ folder }) => {
    const [key, pub] = await keyPair(folder, 'own');
    const out = path.join(folder, 'm.sig');
    const [damaged, part] = [path.join(folder, 'damaged.gguf'), path.join(folder, partName(1, 2))];
    for (const file of [damaged, part]) {
      await writeFile(file, build(smallModel()));
      await using handle = await open(file, 'r+');
      await handle.truncate(100);
    }
    await signModel({ path: damaged, key, out });
    expect(await verifyModel({ path: damaged, signature: out, key: pub })).toMatchObject({ files: 1 });
    await expect(signModel({ path: part, key, out })).rejects.toThrow(/m-00001-of-00002.gguf is truncated/);
  });
});
