import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test as base, describe, expect, vi } from 'vitest';
import { digestFile } from '../../../src/engine/files/digest.ts';
import { openFile } from '../../../src/engine/files/source.ts';
import { nameOfBlob } from '../../../src/engine/remote/keptBlob.ts';
import { storedBlobs } from '../../../src/engine/remote/keptBlobs.ts';
import { RemoteModels, type RemoteOptions } from '../../../src/engine/remote/remoteModels.ts';
import { Transfer } from '../../../src/engine/remote/transfer.ts';
import type { Work } from '../../../src/engine/work/progress.ts';
import { FakeHub } from '../../hub/fakeHub.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const content = randomBytes(1_000_000);
const reference = 'hf:org/name/model.gguf';
const impatient = { silence: 300, patience: { times: 3, delay: 5, longest: 1 } } satisfies RemoteOptions;

const test = base.extend<{ folder: string; hub: FakeHub }>({
  ...temporaryFolder,
  hub: [
    async ({ folder }, use) => {
      await using hub = await FakeHub.open();
      hub.commit('org/name', {
        'model.gguf': { content, lfs: true },
        'config.json': { content: Buffer.from('{}') },
      });
      vi.stubEnv('HF_ENDPOINT', hub.endpoint);
      vi.stubEnv('HF_TOKEN', '');
      vi.stubEnv('HF_HOME', folder);
      vi.stubEnv('XDG_CACHE_HOME', path.join(folder, 'cache'));
      await use(hub);
      vi.unstubAllEnvs();
    },
    { auto: true },
  ],
});

/** Reads a stretch of a remote file. */
async function read(name: string, from: number, to: number, options: RemoteOptions = {}, work: Work = {}) {
  await using remote = new RemoteModels({ ...impatient, ...options }, work);
  return await remote.named(async () => {
    await using source = await openFile(await remote.at(name));
    return {
      bytes: Buffer.from(await source.read(from, to - from)),
      size: source.size,
      moved: remote.transfer.moved,
    };
  });
}

const same = (bytes: Uint8Array, from: number, to: number) =>
  Buffer.compare(bytes, content.subarray(from, to)) === 0;
const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (error: Error) => error.message,
  );

describe('a file of the hub', () => {
  test('is read by ranges, and only what was asked for is moved', async ({ hub }) => {
    const { bytes, size, moved } = await read(reference, 500_000, 500_010);
    expect(same(bytes, 500_000, 500_010)).toBe(true);
    expect([size, moved]).toEqual([content.length, 65_536]);
    expect(hub.asked.map(({ server, path: at, range }) => `${server} ${at} ${range ?? ''}`)).toEqual([
      'hub /api/models/org/name/revision/main ',
      expect.stringMatching(/^hub \/org\/name\/resolve\/[0-9a-f]{40}\/model\.gguf bytes=458752-524287$/),
      expect.stringMatching(/^cdn .* bytes=458752-524287$/),
    ]);
  });

  test('is asked for with the token, which no other host is sent', async ({ hub }) => {
    vi.stubEnv('HF_TOKEN', 'hf_secret');
    await read(reference, 0, 10);
    const sent = hub.asked.map(({ server, authorization }) => [server, authorization]);
    expect(sent).toEqual([
      ['hub', 'Bearer hf_secret'],
      ['hub', 'Bearer hf_secret'],
      ['cdn', undefined],
    ]);
  });

  test('is asked for with the token of those who logged in', async ({ hub, folder }) => {
    writeFileSync(path.join(folder, 'token'), 'hf_file\n');
    await read(reference, 0, 10);
    expect(hub.asked[0]?.authorization).toBe('Bearer hf_file');
  });

  test('is asked of the host that it was sent to, until that address is no longer good', async ({ hub }) => {
    await using remote = new RemoteModels(impatient, {});
    await using source = await openFile(await remote.at(reference));
    await source.read(0, 10);
    await source.read(300_000, 10);
    expect(hub.asked.filter(({ server }) => server === 'hub')).toHaveLength(2);
    hub.expireSignatures();
    expect(same(await source.read(600_000, 10), 600_000, 600_010)).toBe(true);
    expect(hub.asked.filter(({ server }) => server === 'hub')).toHaveLength(3);
  });

  test('has the digest that the hub says, without being read', async ({ hub, folder }) => {
    await using remote = new RemoteModels(impatient, {});
    const file = path.join(folder, 'copy');
    writeFileSync(file, content);
    expect(await digestFile(await remote.at(reference))).toBe(await digestFile(file));
    expect(hub.moved).toBe(0);
  });

  test('of a pull request, a commit and a subfolder is found', async ({ hub }) => {
    const other = Buffer.from('another');
    const commit = hub.commit(
      'org/name',
      { 'q4/model.gguf': { content: other, lfs: true } },
      'Add',
      'refs/pr/3',
    );
    for (const revision of ['refs/pr/3', commit]) {
      const { bytes } = await read(`hf:org/name/q4/model.gguf#${revision}`, 0, 100);
      expect(bytes.toString()).toBe('another');
    }
    const { bytes } = await read(`${hub.endpoint}/org/name/blob/refs%2Fpr%2F3/q4/model.gguf`, 0, 100);
    expect(bytes.toString()).toBe('another');
  });

  test('is fetched once: later runs, and other files with the same content, take what is there', async ({
    hub,
  }) => {
    hub.commit('org/other', { 'copy.gguf': { content, lfs: true } });
    await read(reference, 0, 200_000);
    const before = hub.moved;
    expect((await read(reference, 0, 190_000)).moved).toBe(0);
    expect((await read('hf:org/other/copy.gguf', 100, 190_000)).moved).toBe(0);
    expect(hub.moved).toBe(before);
    expect((await read(reference, 0, 300_000)).moved).toBe(5 * 65_536 - 4 * 65_536);
  });

  test('leaves nothing behind but what it keeps, which is private', async ({ hub, folder }) => {
    await read(reference, 0, 10);
    expect(hub.moved).toBeGreaterThan(0);
    const kept = path.join(folder, 'cache/palimpsest/remote');
    const names = readdirSync(kept);
    expect(names.sort()).toEqual([
      expect.stringMatching(/^blob-[0-9a-f]{40}$/),
      expect.stringMatching(/\.json$/),
    ]);
    for (const name of names) expect(statSync(path.join(kept, name)).mode & 0o777).toBe(0o600);
    const [blob = ''] = names;
    // a hole takes no place
    expect(statSync(path.join(kept, blob)).blocks * 512).toBeLessThan(200_000);
  });

  test('is made anew where what was kept of it is damaged', async ({ hub, folder }) => {
    await read(reference, 0, 10);
    const kept = path.join(folder, 'cache/palimpsest/remote');
    for (const name of readdirSync(kept).filter((one) => one.endsWith('.json'))) {
      writeFileSync(path.join(kept, name), '{"have": 1}');
    }
    expect((await read(reference, 0, 10)).moved).toBe(65_536);
    expect(hub.moved).toBe(2 * 65_536 + 2 * 'Found. Redirecting'.length);
  });

  test('is the same for two runs at once, of which one begins while the other reads', async () => {
    await using one = new RemoteModels(impatient, {});
    await using first = await openFile(await one.at(reference));
    await first.read(0, 100_000);
    await using other = new RemoteModels(impatient, {});
    await using second = await openFile(await other.at(reference));
    await second.read(500_000, 10);
    expect(same(await first.read(0, 100_000), 0, 100_000)).toBe(true);
    expect(same(await second.read(0, 100_000), 0, 100_000)).toBe(true);
  });

  test('is fetched anew where its file was removed, whatever its map says', async () => {
    await read(reference, 0, content.length);
    const [blob] = await storedBlobs();
    rmSync(blob?.file ?? '');
    {
      await using remote = new RemoteModels(impatient, {});
      await remote.at(reference);
    }
    expect(same((await read(reference, 0, 100_000)).bytes, 0, 100_000)).toBe(true);
  });

  test('that was removed meanwhile is not noted for the one that another run began', async ({ folder }) => {
    {
      await using one = new RemoteModels(impatient, {});
      await using first = await openFile(await one.at(reference));
      await first.read(0, content.length);
      const [blob] = await storedBlobs();
      rmSync(blob?.file ?? '');
      await using other = new RemoteModels(impatient, {});
      await other.at(reference);
    }
    const names = readdirSync(path.join(folder, 'cache/palimpsest/remote'));
    expect(names).toEqual([expect.stringMatching(/^blob-[0-9a-f]{40}$/)]);
  });

  test('whose map is damaged has no name', async ({ folder }) => {
    const file = path.join(folder, 'blob');
    writeFileSync(`${file}.json`, '{"name": ');
    expect(await nameOfBlob(file)).toBe('?');
  });

  test('is not kept beyond the limit of the cache', async ({ folder }) => {
    vi.stubEnv('PALIMPSEST_CACHE_GB', '0.0001');
    await read(reference, 0, 900_000);
    expect(readdirSync(path.join(folder, 'cache/palimpsest/remote'))).toEqual([]);
  });
});

describe('downloading whole', () => {
  test('checks the digest, and tells how far it is', async () => {
    const stages: number[] = [];
    await using remote = new RemoteModels(impatient, {});
    const file = await remote.at(reference);
    await remote.complete([file], { report: (_, fraction) => stages.push(fraction) });
    expect(readFileSync(file).equals(content)).toBe(true);
    expect(stages.at(-1)).toBe(1);
  });

  test('refuses bytes that are not those that the hub names, and forgets them', async ({ hub, folder }) => {
    hub.faults.push((request, response, server) => {
      if (server !== 'cdn') return false;
      const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
      const bytes = Buffer.from(content.subarray(Number(from), Number(to) + 1));
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      response.writeHead(206, { 'content-range': `bytes ${from}-${to}/${content.length}` });
      response.end(bytes);
      return true;
    });
    const whole = async () => {
      await using remote = new RemoteModels(impatient, {});
      await remote.complete([await remote.at(reference)], {});
    };
    expect(await failure(whole())).toMatch(/is damaged: its SHA-256 is not the one that the hub names/);
    expect(readdirSync(path.join(folder, 'cache/palimpsest/remote'))).toEqual([]);
  });

  test('goes on where it was stopped', async ({ hub }) => {
    const stop = new AbortController();
    hub.faults.push((_, response, server) => {
      if (server !== 'cdn' || hub.moved < 400_000) return false;
      stop.abort();
      response.destroy();
      return true;
    });
    const whole = async (signal?: AbortSignal) => {
      await using remote = new RemoteModels(impatient, { signal });
      const file = await remote.at(reference);
      for (let at = 0; at < content.length; at += 100_000) {
        await using source = await openFile(file);
        await source.read(at, 100_000);
      }
      return remote.transfer.moved;
    };
    expect(await failure(whole(stop.signal))).toMatch(/canceled/);
    const before = hub.moved;
    expect(before).toBeGreaterThan(300_000);
    hub.faults.length = 0;
    await whole();
    expect(hub.moved - before).toBeLessThan(content.length - 300_000);
  });

  test('keeps what came before it was stopped, in one answer', async ({ hub }) => {
    const stop = new AbortController();
    hub.faults.push((_, response, server) => {
      if (server !== 'cdn') return false;
      response.writeHead(206, { 'content-range': `bytes 0-${content.length - 1}/${content.length}` });
      response.write(content.subarray(0, 600_000));
      setTimeout(() => stop.abort(), 50);
      return true;
    });
    expect(await failure(read(reference, 0, content.length, {}, { signal: stop.signal }))).toMatch(
      /canceled/,
    );
    hub.faults.length = 0;
    const { bytes, moved } = await read(reference, 0, content.length);
    expect(same(bytes, 0, content.length)).toBe(true);
    expect(moved).toBe(content.length - Math.floor(600_000 / 65_536) * 65_536);
  });

  test('of two models with the same content needs it once', async ({ hub }) => {
    hub.commit('org/other', { 'copy.gguf': { content, lfs: true } });
    await using remote = new RemoteModels({ ...impatient, download: 1_200_000 }, {});
    const files = [await remote.at(reference), await remote.at('hf:org/other/copy.gguf')];
    expect(remote.tooMuchToRun(files)).toBeUndefined();
    await remote.complete(files, {});
    expect(remote.transfer.moved).toBe(content.length);
  });
});

describe('a limit', () => {
  test('is kept to, and said', async ({ hub }) => {
    expect(await failure(read(reference, 0, 900_000, { download: 500_000 }))).toBe(
      'hf:org/name/model.gguf is not read on: 917.5 kB more would have to be downloaded, 0 bytes were, and 500.0 kB are allowed; allow more with --download, in GB.',
    );
    expect(hub.moved).toBe(0);
  });

  test('counts what is on the way, and frees what never came', () => {
    const transfer = new Transfer(1000);
    {
      using coming = transfer.reserve(600, 'a');
      coming.came(200);
      expect([transfer.moved, transfer.allows(400), transfer.allows(401)]).toEqual([200, true, false]);
      expect(() => transfer.expect(500, 'b')).toThrow(/200 bytes were and 400 bytes are on the way/);
      // what a broken connection brought twice
      coming.came(500);
    }
    expect([transfer.moved, transfer.allows(300), transfer.allows(301)]).toEqual([700, true, false]);
    {
      using _coming = transfer.reserve(300, 'c');
    }
    expect(transfer.allows(300)).toBe(true);
  });

  test('holds for two files that are fetched at once', async ({ hub }) => {
    const other = randomBytes(1_000_000);
    hub.commit('org/other', { 'other.gguf': { content: other, lfs: true } });
    await using remote = new RemoteModels({ ...impatient, download: 1_500_000 }, {});
    const places = [await remote.at(reference), await remote.at('hf:org/other/other.gguf')];
    const reads = await Promise.allSettled(
      places.map(async (place) => {
        await using source = await openFile(place);
        return await source.read(0, 1_000_000);
      }),
    );
    expect(reads.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(remote.transfer.moved).toBe(1_000_000);
  });
});

describe('a repository of many files', () => {
  const small = Object.fromEntries(
    Array.from({ length: 300 }, (_, i) => [`part${i}.txt`, { content: Buffer.from(`${i}`) }]),
  );

  test('takes a handle only for those that are fetched', async ({ hub }) => {
    hub.commit('org/many', { ...small, 'model.safetensors': { content, lfs: true } });
    const handles = () => readdirSync('/proc/self/fd').length;
    const before = handles();
    await using remote = new RemoteModels(impatient, {});
    const folder = await remote.at('hf:org/many');
    expect(handles() - before).toBeLessThan(30);
    await using source = await openFile(path.join(folder, 'part7.txt'));
    expect(Buffer.from(await source.read(0, 10)).toString()).toBe('7');
  });
});

test('nothing is fetched any more once the command has ended', async ({ hub }) => {
  let begun = false;
  hub.faults.push((_, response, server) => {
    if (server !== 'cdn') return false;
    response.writeHead(206, { 'content-range': `bytes 0-${content.length - 1}/${content.length}` });
    response.write(content.subarray(0, 100_000));
    begun = true;
    return true;
  });
  const remote = new RemoteModels({ ...impatient, silence: 60_000 }, {});
  await using source = await openFile(await remote.at(reference));
  const reading = failure(source.read(0, content.length));
  await vi.waitUntil(() => begun);
  const before = performance.now();
  await remote[Symbol.asyncDispose]();
  expect(performance.now() - before).toBeLessThan(5000);
  expect(await reading).toMatch(/canceled/);
});

describe('what goes wrong with the hub', () => {
  test.for([
    [
      'hf:org/none/model.gguf',
      {},
      /^The hub shows no repository org\/none; check its name, and if it is private, set HF_TOKEN/,
    ],
    [
      'hf:org/none/model.gguf',
      { HF_TOKEN: 'hf_a' },
      /no repository org\/none; check its name, and the token that was sent may not see it/,
    ],
    ['hf:org/name/model.gguf', { HF_TOKEN: 'nonsense' }, /the hub does not accept the token/],
    ['hf:org/name/model.gguf#v9', {}, /^org\/name has no revision v9; see http/],
    [
      'hf:org/name/none.gguf',
      {},
      /^org\/name has no file none\.gguf in its revision main; its GGUF files are model\.gguf/,
    ],
    [
      'hf:org/name',
      {},
      /^hf:org\/name is no folder with a model as safetensors; its GGUF files are model\.gguf/,
    ],
    ['hf:org', {}, /names no repository; write hf:ORGANIZATION\/NAME\/FILE\.gguf/],
    ['hf:org/../model.gguf', {}, /names no repository/],
    ['hf:org/name/../../etc/passwd', {}, /names no file of the repository/],
    ['hf:org/name/model.gguf#a/../b', {}, /is no revision/],
    ['hf:org/name/model.gguf', { HF_HUB_OFFLINE: '1' }, /is not read, since HF_HUB_OFFLINE is set/],
    ['hf:org/name/model.gguf', { HF_ENDPOINT: 'ftp://x' }, /HF_ENDPOINT is "ftp:\/\/x", not an address/],
    ['https://user:pw@example.org/m.gguf', {}, /holds a user name or password/],
    ['https://example.org/..%2f..%2fm.gguf', {}, /names no file; write https:/],
    ['https://example.org/', {}, /names no file; write https:/],
  ] as const)('%s with %o', async ([name, env, sentence], { hub }) => {
    for (const [key, value] of Object.entries(env)) vi.stubEnv(key, value);
    expect(await failure(read(name, 0, 1))).toMatch(sentence);
    expect(hub.moved).toBe(0);
  });

  test('a gated repository', async ({ hub }) => {
    hub.repository('org/gated', { gated: true });
    hub.commit('org/gated', { 'm.gguf': { content, lfs: true } });
    expect(await failure(read('hf:org/gated/m.gguf', 0, 1))).toMatch(
      /org\/gated is only for those who accepted its terms: accept them at http.*org\/gated/,
    );
  });

  test('a list that is none of the hub', async ({ hub }) => {
    hub.faults.push((_, response) => {
      response.end('<html>');
      return true;
    });
    expect(await failure(read(reference, 0, 1))).toMatch(/does not answer as the Hugging Face hub does/);
  });

  test('names of files that lead elsewhere', async ({ hub }) => {
    hub.commit('org/evil', { '../../x.gguf': { content, lfs: true } });
    expect(await failure(read('hf:org/evil/x.gguf', 0, 1))).toMatch(
      /holds a file called "..\/..\/x.gguf", which leads elsewhere/,
    );
  });

  test('a list of another version than the file', async ({ hub }) => {
    hub.faults.push((request, response, server) => {
      if (server !== 'hub' || request.url?.startsWith('/api') === true) return false;
      response.writeHead(302, {
        location: `${hub.cdn}/org/name/main/model.gguf`,
        'x-linked-etag': `"${'0'.repeat(64)}"`,
      });
      response.end();
      return true;
    });
    expect(await failure(read(reference, 0, 1))).toMatch(/another version than the one it listed/);
  });
});
