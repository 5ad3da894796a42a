import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { type Answer, type Asking, connectionError, Http } from '../../../src/engine/remote/http.ts';
import { Origin } from '../../../src/engine/remote/origin.ts';
import { Refused } from '../../../src/engine/remote/refused.ts';

/** Where an address in the public network may lead; which the first host is counted as, though it runs here. */

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server on this machine that answers everything like this. */
async function serve(status: number, headers: Record<string, string>, host = 'localhost'): Promise<URL> {
  const server = createServer((_, response) => response.writeHead(status, headers).end('secret'));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return new URL(`http://${host}:${(server.address() as AddressInfo).port}/`);
}

const ask = async (url: URL, isPrivate: boolean) => {
  await using http = new Http(500, async () => isPrivate);
  const { status, body } = await http.get(url);
  body.on('error', () => {}).destroy();
  return status;
};

describe('an address in the public network', () => {
  it('does not lead to a name that is looked up to a private address', async () => {
    const inside = await serve(200, {});
    await expect(ask(inside, false)).rejects.toThrow(
      /it leads to localhost, which lies in a private network/,
    );
  });

  it('does not lead to a private address in numbers, of either kind', async () => {
    await expect(ask(await serve(200, {}, '127.0.0.1'), false)).rejects.toThrow(
      /it leads to 127\.0\.0\.1, which lies/,
    );
    await expect(ask(new URL('http://[::1]:9/'), false)).rejects.toThrow(/it leads to ::1, which lies/);
    await expect(ask(new URL('http://[::ffff:10.0.0.1]/'), false)).rejects.toThrow(/private network/);
    await expect(ask(new URL('http://2130706433/'), false)).rejects.toThrow(/private network/);
  });

  it('does not lead there later either, when the host that it led to has another address by then', async () => {
    const inside = await serve(200, {});
    await using http = new Http(500, async (host) => host === 'localhost');
    const from = new URL('https://models.example/m.gguf');
    await expect(http.get(inside, { from })).rejects.toThrow(/it leads to localhost, which lies/);
  });

  it('is what every later stretch of a file comes from, wherever it is had', async () => {
    const asked: (readonly [string, string | undefined])[] = [];
    class Led extends Http {
      override async get(url: URL, { from }: Asking = {}): Promise<Answer> {
        asked.push([url.host, from?.host]);
        const headers = { 'content-range': 'bytes 0-9/10' };
        return {
          status: 206,
          headers,
          body: Readable.from([]),
          url: new URL('https://cdn.example/m'),
          redirects: [],
        };
      }
    }
    await using http = new Led();
    const url = new URL('https://models.example/m.gguf');
    const origin = new Origin(http, { url, size: 10, failed: () => new Error() });
    await origin.stretch(0, 10, undefined);
    await origin.stretch(0, 10, undefined);
    expect(asked).toEqual([
      ['models.example', 'models.example'],
      ['cdn.example', 'models.example'],
    ]);
  });
});

describe('an address in a private network', () => {
  it('is read, and may lead on', async () => {
    const inside = await serve(200, {});
    expect(await ask(await serve(307, { location: inside.href }), true)).toBe(200);
  });
});

it.each(['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
  'a certificate that is not trusted is not asked for again (%s)',
  (code) => {
    const error = connectionError(Object.assign(new Error(), { code }), 'models.example', undefined);
    expect(error).toBeInstanceOf(Refused);
    expect(error).toMatchObject({ message: expect.stringContaining('is not trusted') });
  },
);
