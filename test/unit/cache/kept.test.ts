import { mkdirSync, readdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test as base, describe, expect, vi } from 'vitest';
import { cacheLimit, keep, keptFiles, recall, Unfit } from '../../../src/engine/cache/kept.ts';
import { CancelledError, InputError } from '../../../src/engine/errors.ts';
import { writeWhole } from '../../../src/engine/files/atomicWrite.ts';
import { openCacheFolder } from '../../../src/engine/files/cacheFolder.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const test = base.extend(temporaryFolder);
const posix = process.platform !== 'win32';
const mode = (file: string) => statSync(file).mode & 0o777;

function listening() {
  const warned: string[] = [];
  return { warned, work: { warn: (text: string) => void warned.push(text) } };
}

/** Keeps so many bytes under a name, as what is computed is kept. */
const put = (file: string, bytes = 10, work = {}) =>
  keep(file, bytes, () => writeWhole(file, 'x'.repeat(bytes), { mode: 0o600 }), work);

describe.runIf(posix)('the cache folder', () => {
  test('is private to its user, as is what is in it', async ({ folder }) => {
    const own = path.join(folder, 'a', 'palimpsest');
    await put(path.join(own, 'covariance-1.gguf'));
    expect([mode(own), mode(path.join(own, 'covariance-1.gguf'))]).toEqual([0o700, 0o600]);
  });

  test('is made private where it was open to others', async ({ folder }) => {
    const own = path.join(folder, 'palimpsest');
    mkdirSync(own, { mode: 0o755 });
    writeFileSync(path.join(own, 'covariance-1.gguf'), 'x', { mode: 0o644 });
    await put(path.join(own, 'covariance-2.gguf'));
    expect([mode(own), mode(path.join(own, 'covariance-1.gguf'))]).toEqual([0o700, 0o600]);
  });

  test('that is a link is not used, to write or to read', async ({ folder }) => {
    const [target, link] = [path.join(folder, 'target'), path.join(folder, 'link')];
    mkdirSync(target, { mode: 0o700 });
    symlinkSync(target, link);
    writeFileSync(path.join(target, 'sweep-1.json'), '{}');
    const { warned, work } = listening();
    await put(path.join(link, 'covariance-1.gguf'), 10, work);
    expect(await recall(path.join(link, 'sweep-1.json'), async () => 'used', work)).toBeUndefined();
    expect(readdirSync(target)).toEqual(['sweep-1.json']);
    expect(warned).toEqual([
      expect.stringMatching(/link is a link, and is not followed; set XDG_CACHE_HOME/),
    ]);
    await expect(openCacheFolder(link)).rejects.toBeInstanceOf(InputError);
  });

  test('of another user is not used', async ({ folder }) => {
    vi.spyOn(process, 'getuid').mockReturnValue(4711);
    const { warned, work } = listening();
    await put(path.join(folder, 'covariance-1.gguf'), 10, work);
    vi.restoreAllMocks();
    expect(readdirSync(folder)).toEqual([]);
    expect(warned).toEqual([expect.stringContaining('belongs to another user')]);
  });
});

describe('a place that cannot be written', () => {
  test('is said once, with its name, and the work goes on', async ({ folder }) => {
    writeFileSync(path.join(folder, 'file'), '');
    const place = path.join(folder, 'file', 'palimpsest');
    const { warned, work } = listening();
    await put(path.join(place, 'covariance-1.gguf'), 10, work);
    await put(path.join(place, 'covariance-2.gguf'), 10, work);
    expect(await recall(path.join(place, 'covariance-1.gguf'), async () => 1, work)).toBeUndefined();
    expect(warned).toEqual([
      `Nothing is kept for later, and the work goes on: ${place} lies below something that is not a folder.`,
    ]);
  });

  test.runIf(process.platform === 'linux')('such as a system folder, neither', async () => {
    const { warned, work } = listening();
    await put('/proc/palimpsest/covariance-1.gguf', 10, work);
    expect(warned).toEqual([expect.stringContaining('/proc/palimpsest')]);
  });

  test('does not hide a cancellation or a defect', async ({ folder }) => {
    const file = path.join(folder, 'covariance-1.gguf');
    const failing = (error: Error) => keep(file, 10, () => Promise.reject(error), {});
    await expect(failing(new CancelledError())).rejects.toBeInstanceOf(CancelledError);
    await expect(failing(new TypeError('x'))).rejects.toBeInstanceOf(TypeError);
  });
});

describe('what is kept', () => {
  test('is removed, the least recently used first, beyond the limit', async ({ folder }) => {
    vi.stubEnv('PALIMPSEST_CACHE_GB', '0.000000035');
    const file = (n: number) => path.join(folder, `covariance-${n}.gguf`);
    for (const n of [1, 2, 3]) {
      await put(file(n));
      utimesSync(file(n), n, n);
    }
    writeFileSync(path.join(folder, 'mine.txt'), 'x'.repeat(100));
    await recall(file(1), async () => 'used again', {});
    await put(file(4));
    expect((await keptFiles(folder)).map((kept) => path.basename(kept.file)).sort()).toEqual(
      [1, 3, 4].map((n) => `covariance-${n}.gguf`),
    );
    expect(readdirSync(folder)).toContain('mine.txt');
    await put(file(5), 36);
    expect(readdirSync(folder)).not.toContain('covariance-5.gguf');
    vi.unstubAllEnvs();
  });

  test('is limited by a number of gigabytes, or the variable is refused at once', async ({ folder }) => {
    expect(cacheLimit()).toBe(10e9);
    vi.stubEnv('PALIMPSEST_CACHE_GB', 'lots');
    await expect(recall(path.join(folder, 'sweep-1.json'), async () => 1, {})).rejects.toThrow(
      /^PALIMPSEST_CACHE_GB/,
    );
    vi.unstubAllEnvs();
  });

  test('and is not fit is said to be so, removed, and not used', async ({ folder }) => {
    const file = path.join(folder, 'covariance-1.gguf');
    await put(file);
    const { warned, work } = listening();
    const read = () => Promise.reject(new Unfit('is not positive definite'));
    expect(await recall(file, read, work)).toBeUndefined();
    expect(warned).toEqual([
      `${file}, which was kept, is not positive definite; it is ignored and made again.`,
    ]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test.runIf(posix)('and is a link is not followed', async ({ folder }) => {
    writeFileSync(path.join(folder, 'elsewhere'), '');
    symlinkSync(path.join(folder, 'elsewhere'), path.join(folder, 'sweep-1.json'));
    const { warned, work } = listening();
    expect(await recall(path.join(folder, 'sweep-1.json'), async () => 1, work)).toBeUndefined();
    expect(warned[0]).toContain('is not a file of yours');
    expect(readdirSync(folder)).toEqual(['elsewhere']);
  });
});
