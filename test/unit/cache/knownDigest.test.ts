import { createHash } from 'node:crypto';
import { appendFile, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../temporaryFolder.ts';

const large = 64 << 20;
let runs = 0;
const other = `sha256:${'0'.repeat(64)}`;

const it = test.extend(temporaryFolder);

describe('the digest of a model', () => {
  // nothing has been written just now
  beforeEach(() => void vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_000));
  afterEach(() => vi.restoreAllMocks());

  /** As in another run of the program: the module once more, which remembers nothing. */
  const anew = async (): Promise<typeof import('../../../src/engine/cache/knownDigest.ts')> =>
    await import(/* @vite-ignore */ `../../../src/engine/cache/knownDigest.ts?run=${runs++}`);
  const placesIn = (folder: string) => ({
    file: path.join(folder, 'a model.gguf'),
    kept: path.join(folder, 'kept'),
    async keptFile() {
      const [name = ''] = await readdir(this.kept);
      return path.join(this.kept, name);
    },
  });

  it('is kept for large files, by what tells that they are the same', async ({ folder }) => {
    const places = placesIn(folder);
    const { file, kept } = places;
    await writeFile(file, 'x');
    await truncate(file, large);
    const digest = await (await anew()).knownDigest([file], {}, kept);
    const bytes = Buffer.alloc(large);
    bytes.write('x');
    expect(digest).toBe(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
    expect(await (await anew()).rememberedDigest([file], {}, kept)).toBe(digest);

    // it is really taken from there
    await writeFile(
      await places.keptFile(),
      (await readFile(await places.keptFile(), 'utf8')).replace(digest, other),
    );
    expect(await (await anew()).knownDigest([file], {}, kept)).toBe(other);

    await appendFile(file, 'y');
    expect(await (await anew()).rememberedDigest([file], {}, kept)).toBeUndefined();
    expect(await (await anew()).knownDigest([file], {}, kept)).not.toBe(digest);
  });

  it('is made anew where what was kept is damaged', async ({ folder }) => {
    const places = placesIn(folder);
    const { file, kept } = places;
    await writeFile(file, 'x');
    await truncate(file, large);
    const digest = await (await anew()).knownDigest([file], {}, kept);
    await writeFile(await places.keptFile(), '{');
    const warned: string[] = [];
    expect(await (await anew()).knownDigest([file], { warn: (text) => void warned.push(text) }, kept)).toBe(
      digest,
    );
    expect(warned).toEqual([expect.stringMatching(/is damaged; it is ignored and made again/)]);
  });

  it('is not kept of small files, nor of what was written just now', async ({ folder }) => {
    const places = placesIn(folder);
    const { file, kept } = places;
    await writeFile(file, 'x');
    const { knownDigest, rememberedDigest } = await anew();
    expect(await rememberedDigest([file], {}, kept)).toBeUndefined();
    const digest = await knownDigest([file], {}, kept);
    expect(await rememberedDigest([file], {}, kept)).toBe(digest);
    vi.mocked(Date.now).mockRestore();
    await truncate(file, large);
    await knownDigest([file], {}, kept);
    await expect(readdir(kept)).rejects.toThrow(/ENOENT/);
  });
});
