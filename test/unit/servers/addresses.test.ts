import { afterEach, describe, expect, it, vi } from 'vitest';
import { environmentOf, serversFromEnvironment, serversIn } from '../../../src/engine/servers/addresses.ts';

afterEach(() => vi.unstubAllEnvs());

describe('a list of RPC servers', () => {
  it('names hosts and ports', () => {
    expect(serversIn('127.0.0.1:50052, localhost:6000', false)).toEqual([
      { host: '127.0.0.1', port: 50052 },
      { host: 'localhost', port: 6000 },
    ]);
    expect(serversIn('', false)).toEqual([]);
  });

  it.each([
    'here',
    'here:',
    ':50052',
    '127.0.0.1:0',
    '127.0.0.1:65535',
    '127.0.0.1:a',
    'a b:1',
    '[::1]:50052',
  ])('is refused where it says %s', (text) => {
    expect(() => serversIn(text, true)).toThrow(`${JSON.stringify(text)} is no RPC server`);
  });

  it.each(['127.0.0.1:50052,127.0.0.1:50052', '127.0.0.1:50052,127.0.0.1:50053'])(
    'is refused where two take one port: %s',
    (text) => expect(() => serversIn(text, false)).toThrow('is named twice'),
  );

  it.each(['192.0.2.1', 'gpu.example.org', '0.0.0.0', '1270.0.0.1', '127.0.0.1.example.org'])(
    'may lie on another machine (%s) only where that is said, since nothing is encrypted',
    (host) => {
      const refused = () => serversIn(`${host}:50052`, false);
      expect(refused).toThrow(`${host} is another machine. Never expose the RPC server to an open network`);
      expect(refused).toThrow('ssh -L 50052:127.0.0.1:50052 -L 50053:127.0.0.1:50053');
      expect(serversIn(`${host}:50052`, true)).toEqual([{ host, port: 50052 }]);
    },
  );

  it('has at most as many as llama.cpp knows', () => {
    const list = (count: number) =>
      Array.from({ length: count }, (_, i) => `127.0.0.1:${5000 + 2 * i}`).join();
    expect(serversIn(list(16), false)).toHaveLength(16);
    expect(() => serversIn(list(17), false)).toThrow("more than llama.cpp's 16");
  });

  it('crosses into another process as it is, once it was allowed', () => {
    const servers = serversIn('192.0.2.1:50052,127.0.0.1:6000', true);
    for (const [name, value] of Object.entries(environmentOf(servers))) vi.stubEnv(name, value);
    expect(serversFromEnvironment()).toEqual(servers);
    vi.stubEnv('PALIMPSEST_RPC_INSECURE', '');
    expect(serversFromEnvironment).toThrow('is another machine');
  });
});
