import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { test as base, describe, expect, vi } from 'vitest';
import { openFile } from '../../../src/engine/files/source.ts';
import { isPrivateAddress } from '../../../src/engine/remote/privateHosts.ts';
import { RemoteModels } from '../../../src/engine/remote/remoteModels.ts';
import { FakeHub } from '../../hub/fakeHub.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

/** Servers that are slow, broken or lie, asked for a file by its address. */

const content = randomBytes(400_000);
const size = content.length;

const test = base.extend<{ folder: string; hub: FakeHub; address: string }>({
  ...temporaryFolder,
  hub: async ({ folder }, use) => {
    await using hub = await FakeHub.open();
    hub.commit('org/name', { 'model.gguf': { content, lfs: true } });
    vi.stubEnv('XDG_CACHE_HOME', path.join(folder, 'cache'));
    vi.stubEnv('HF_ENDPOINT', 'https://hub.invalid');
    await use(hub);
    vi.unstubAllEnvs();
  },
  address: async ({ hub }, use) => await use(`${hub.cdn}/org/name/main/model.gguf`),
});

async function read(name: string, from = 0, to = size) {
  await using remote = new RemoteModels({ silence: 250, patience: { times: 3, delay: 5, longest: 2 } }, {});
  try {
    await using source = await openFile(await remote.at(name));
    const bytes = await source.read(from, to - from);
    return Buffer.compare(bytes, content.subarray(from, to)) === 0 ? remote.transfer.moved : 'wrong bytes';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Answers like this, so often; the first request, for one byte, is answered as usual. */
function spoil(
  hub: FakeHub,
  times: number,
  answer: (response: ServerResponse, from: number, to: number) => void,
) {
  let left = times;
  hub.faults.push((request, response) => {
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
    if (to === '0' || left === 0) return false;
    left--;
    answer(response, Number(from), Number(to) + 1);
    return true;
  });
}

const partial = (response: ServerResponse, from: number, to: number, more: Record<string, string> = {}) =>
  response.writeHead(206, { 'content-range': `bytes ${from}-${to - 1}/${size}`, ...more });

describe('an address', () => {
  test('is read by ranges', async ({ address }) => {
    expect(await read(address, 200_000, 200_010)).toBe(65_536);
  });

  test('of a part of a split model brings the others', async ({ hub }) => {
    hub.commit('org/split', {
      'm-00001-of-00002.gguf': { content },
      'm-00002-of-00002.gguf': { content: content.subarray(5) },
    });
    await using remote = new RemoteModels({}, {});
    const place = await remote.at(`${hub.cdn}/org/split/main/m-00002-of-00002.gguf`);
    await using first = await openFile(place.replace('00002-of', '00001-of'));
    expect(first.size).toBe(size);
    expect(first.name).toBe(`${hub.cdn}/org/split/main/m-00001-of-00002.gguf`);
  });

  test('of a server that knows no ranges is read whole, once', async ({ hub, address }) => {
    hub.faults.push((_, response) => {
      response.writeHead(200, { 'content-length': size });
      response.write(content);
      response.end();
      return true;
    });
    expect(await read(address, 200_000, 200_010)).toBe(size);
    expect(hub.asked).toHaveLength(2);
  });

  test.for([
    [
      'is cut off',
      2,
      (r: ServerResponse, from: number, to: number) => {
        partial(r, from, to, { 'content-length': String(to - from) }).write(
          content.subarray(from, from + 70_000),
        );
        setTimeout(() => r.destroy(), 20);
      },
    ],
    [
      'ends early, whatever its length said',
      2,
      (r: ServerResponse, from: number, to: number) =>
        partial(r, from, to).end(content.subarray(from, from + 1000)),
    ],
    ['is a 503', 2, (r: ServerResponse) => r.writeHead(503).end('busy')],
    ['is a 429 with a time', 1, (r: ServerResponse) => r.writeHead(429, { 'retry-after': '0' }).end()],
    ['says nothing', 1, () => {}],
    [
      'stops in the middle',
      1,
      (r: ServerResponse, from: number, to: number) =>
        partial(r, from, to, { 'content-length': String(to - from) }).write(
          content.subarray(from, from + 10),
        ),
    ],
  ] as const)(
    'whose answer %s is asked again, and only for what is missing',
    async ([, times, answer], { hub, address }) => {
      spoil(hub, times, answer);
      expect(await read(address)).toBe(size);
      const ranges = hub.asked.map(({ range }) => range);
      expect(ranges).toHaveLength(2 + times);
    },
  );

  test.for([
    [
      'is a 503 for ever',
      9,
      (r: ServerResponse) => r.writeHead(503).end(),
      /it answers with 503; tried 3 times/,
    ],
    [
      'asks for patience',
      9,
      (r: ServerResponse) => r.writeHead(429, { 'retry-after': '90' }).end(),
      /it answers with 429, and asks to come back in 90 s/,
    ],
    ['never comes', 9, () => {}, /it does not answer; tried 3 times/],
    [
      'is of other bytes',
      1,
      (r: ServerResponse, from: number, to: number) =>
        partial(r, from + 1, to).end(content.subarray(from + 1, to)),
      /sends other bytes than those it was asked for/,
    ],
    [
      'goes on for ever',
      1,
      (r: ServerResponse, from: number, to: number) => partial(r, from, to).end(Buffer.alloc(to - from + 1)),
      /sends more bytes than those it was asked for/,
    ],
    [
      'is packed',
      1,
      (r: ServerResponse, from: number, to: number) =>
        partial(r, from, to, { 'content-encoding': 'gzip' }).end(),
      /sends it packed \(gzip\)/,
    ],
    [
      'has another version',
      1,
      (r: ServerResponse, from: number, to: number) =>
        partial(r, from, to, { etag: '"other"' }).end(content.subarray(from, to)),
      /it changed while it was read/,
    ],
    [
      'is of another size',
      1,
      (r: ServerResponse, from: number, to: number) =>
        r.writeHead(206, { 'content-range': `bytes ${from}-${to - 1}/${size + 1}` }).end(),
      /it changed while it was read/,
    ],
    ['is beyond its end', 1, (r: ServerResponse) => r.writeHead(416).end(), /it changed while it was read/],
    ['is gone', 1, (r: ServerResponse) => r.writeHead(404).end(), /has no such file \(404\)/],
    ['is forbidden', 1, (r: ServerResponse) => r.writeHead(403).end(), /does not let us read it \(403\)/],
    [
      'leads to itself',
      99,
      (r: ServerResponse) => r.writeHead(302, { location: '/again' }).end(),
      /leads from one address to another without end/,
    ],
    [
      'leads to a file',
      1,
      (r: ServerResponse) => r.writeHead(302, { location: 'file:///etc/passwd' }).end(),
      /an address with file:, which is not followed/,
    ],
    [
      'leads nowhere',
      1,
      (r: ServerResponse) => r.writeHead(302, { location: 'http://' }).end(),
      /leads to what is no address/,
    ],
  ] as const)(
    'whose answer %s is refused in a sentence',
    async ([, times, answer, sentence], { hub, address }) => {
      spoil(hub, times, answer);
      const said = await read(address);
      expect(said).toMatch(sentence);
      expect(said).toMatch(/^http:\/\/localhost:\d+\/org\/name\/main\/model\.gguf cannot be read: [^\n]*\.$/);
    },
  );

  test('that nobody answers, or that no host has, is said', async ({ hub, address }) => {
    await hub[Symbol.asyncDispose]();
    expect(await read(address)).toMatch(/nobody answers there; tried 3 times/);
    expect(await read('https://no-such-host.invalid/m.gguf')).toMatch(
      /there is no host no-such-host\.invalid/,
    );
  });

  test('shows nothing of what follows the question mark', async ({ hub, address }) => {
    spoil(hub, 1, (response) => response.writeHead(404).end());
    expect(await read(`${address}?password=abc`)).not.toMatch(/abc/);
  });
});

describe('private networks', () => {
  test.for([
    ['127.0.0.1', true],
    ['10.1.2.3', true],
    ['172.31.255.255', true],
    ['172.32.0.1', false],
    ['192.168.1.1', true],
    ['169.254.169.254', true],
    ['100.64.0.1', true],
    ['8.8.8.8', false],
    ['::1', true],
    ['fe80::1', true],
    ['fd00::1', true],
    ['::ffff:127.0.0.1', true],
    ['::ffff:8.8.8.8', false],
    ['2606:4700::1111', false],
  ] as const)('%s: %s', ([address, isPrivate]) => {
    expect(isPrivateAddress(address)).toBe(isPrivate);
  });
});
