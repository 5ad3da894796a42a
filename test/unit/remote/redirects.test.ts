import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Http } from '../../../src/engine/remote/http.ts';

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
});

describe('an address in a private network', () => {
  it('is read, and may lead on', async () => {
    const inside = await serve(200, {});
    expect(await ask(await serve(307, { location: inside.href }), true)).toBe(200);
  });
});
