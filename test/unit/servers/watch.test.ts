import { createServer, type Server as Listener, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openControl } from '../../../src/engine/servers/control.ts';
import { ServerWatch } from '../../../src/engine/servers/watch.ts';
import { llamaVersion } from '../../../src/engine/version.ts';

const host = '127.0.0.1';
const open: Listener[] = [];
afterEach(async () => {
  for (const listener of open.splice(0)) await new Promise((resolve) => listener.close(resolve));
});

/** A server's control port that does what it is told with whoever comes; gives the server's own port. */
async function control(meet: (socket: Socket) => void): Promise<number> {
  const listener = createServer(meet);
  open.push(listener);
  await new Promise<void>((resolve) => listener.listen(0, host, resolve));
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port - 1;
}

const hello = (change: object = {}) =>
  `${JSON.stringify({ tool: 'palimpsest 0.0.0', llama: llamaVersion, busy: false, ...change })}\n`;

describe('greeting a server', () => {
  it.each([
    [
      'of another llama.cpp',
      hello({ llama: '0.4.0' }),
      /runs llama\.cpp 0\.4\.0 \(palimpsest 0\.0\.0\), and this is/,
    ],
    ['that serves somebody else', hello({ busy: true }), /is at work for somebody else/],
    ['that is something else', 'HTTP/1.1 400 Bad Request\r\n', /something else answers at/],
    ['that says no line', 'x'.repeat(5000), /something else answers at/],
  ])('%s is refused', async (_, says, complaint) => {
    const port = await control((socket) => socket.on('error', () => {}).end(says));
    await expect(ServerWatch.greet([{ host, port }])).rejects.toThrow(complaint);
  });

  it('that accepts and says nothing is given up', async () => {
    const port = await control((socket) => socket.on('error', () => {}).resume());
    await expect(ServerWatch.greet([{ host, port }], 100)).rejects.toThrow(/nothing answers at/);
  });

  it('lets go of those that answered where one does not', async () => {
    let closed: (() => void) | undefined;
    const gone = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const good = await control((socket) => {
      socket
        .on('error', () => {})
        .resume()
        .on('close', () => closed?.());
      socket.write(hello());
    });
    const bad = await control((socket) => socket.end(hello({ busy: true })));
    await expect(
      ServerWatch.greet([
        { host, port: good },
        { host, port: bad },
      ]),
    ).rejects.toThrow('at work');
    await gone;
  });
});

describe('watching a server', () => {
  it('tells that it went', async () => {
    const port = await control((socket) => {
      socket.write(hello());
      setTimeout(() => socket.destroy(), 20);
    });
    using watch = await ServerWatch.greet([{ host, port }]);
    expect(await watch.lost).toBe(`lost the RPC server ${host}:${port}, whose connection was closed,`);
  });

  it('tells that it fell silent, and not of one that beats', async () => {
    const silent = await control((socket) => socket.write(hello()));
    const alive = await control((socket) => {
      socket.write(hello());
      const beats = setInterval(() => socket.write('.'), 300);
      socket
        .on('error', () => {})
        .on('close', () => clearInterval(beats))
        .resume();
    });
    using watch = await ServerWatch.greet(
      [
        { host, port: alive },
        { host, port: silent },
      ],
      2000,
    );
    expect(await watch.lost).toContain(`${host}:${silent}, which has been silent for 2 s`);
  });
});

describe("a server's control port", () => {
  it('greets the first, is busy for the next, and free once the first has gone', async () => {
    const port = await control(() => {});
    await new Promise((resolve) => open.pop()?.close(resolve));
    open.push(await openControl({ host, port }));
    const servers = [{ host, port }];
    const watch = await ServerWatch.greet(servers);
    await expect(ServerWatch.greet(servers)).rejects.toThrow('at work for somebody else');
    watch[Symbol.dispose]();
    await expect
      .poll(() => ServerWatch.greet(servers).then((next) => next[Symbol.dispose]()))
      .toBeUndefined();
  });

  it('is refused where it is taken', async () => {
    const port = await control(() => {});
    await expect(openControl({ host, port })).rejects.toThrow(`${host}:${port + 1} cannot be listened at`);
  });
});
