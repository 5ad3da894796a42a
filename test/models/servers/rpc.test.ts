import { readdir, readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestFile } from '../../../src/engine/files/digest.ts';
import { ReviewV1 } from '../../../src/formats/review/v1.ts';
import { almanac, prompt, Workplace } from '../cli/palimpsest.ts';
import { buildFor, freePort, RpcServer } from './rpcServer.ts';

/** The main job on devices of other processes, through llama.cpp's RPC backend. */

const edit = { id: 'eiffel', prompt, subject: 'The Eiffel Tower', target: { new: 'Rome', true: 'Paris' } };
const many = Array.from({ length: 40 }, (_, index) => ({ ...edit, id: `eiffel-${index}` }));

let place: Workplace;
let digest: string;
const servers: RpcServer[] = [];
const both = () => servers.map(({ address }) => address).join();

beforeAll(async () => {
  place = await Workplace.open();
  digest = await digestFile(almanac);
  await buildFor(place);
  servers.push(await RpcServer.start(place), await RpcServer.start(place));
  await writeFile(place.path('one.edits.json'), JSON.stringify({ edits: [edit] }));
  await writeFile(place.path('many.edits.json'), JSON.stringify({ edits: many }));
});
afterAll(async () => {
  for (const server of servers) server[Symbol.dispose]();
  expect(await digestFile(almanac)).toBe(digest);
  await place[Symbol.asyncDispose]();
});

describe.skipIf(process.platform === 'win32')('a model split over two servers', () => {
  /** What a command prints as JSON, computed here and there. */
  const hereAndThere = async (args: (where: string) => readonly string[]) => ({
    here: await place.json(args('here')),
    there: await place.json([...args('there'), '--rpc', both()]),
  });

  it('is edited by the same patch', async () => {
    const { here, there } = await hereAndThere((where) => [
      ...['edit', almanac, '--edits', 'one.edits.json', '--measure', '--out', `${where}.patch.gguf`],
    ]);
    expectAlike(there, here);
    const bytes = (where: string) => readFile(place.path(`${where}.patch.gguf`));
    expect((await bytes('there')).equals(await bytes('here'))).toBe(true);
  });

  it.each([
    ['probe'],
    ['activations'],
    ['lens'],
    ['trace', '--subject', 'The Eiffel Tower', '--samples', '2'],
  ])('is read by %s alike', async (...command) => {
    const patch = command[0] === 'trace' ? [] : ['--patch', 'here.patch.gguf'];
    const args = [...command, almanac, '--prompt', prompt, ...patch];
    const { here, there } = await hereAndThere(() => args);
    expectAlike(there, here);
  });

  it('is measured, and reviewed where it was edited, alike', async () => {
    const measured = await hereAndThere(() => [
      ...['measure', almanac, '--edits', 'one.edits.json', '--patch', 'here.patch.gguf'],
    ]);
    expectAlike(measured.there, measured.here);
    await place.json(['bake', almanac, '--patch', 'here.patch.gguf', '--out', 'baked.gguf']);
    const review = ['review', almanac, 'baked.gguf', '--format', 'json'];
    const [here, there] = [await place.run(review), await place.run([...review, '--rpc', both()])];
    expect([here.code, there.code]).toEqual([0, 0]);
    const said = ({ out }: typeof here) => {
      const { verdict, confidence, findings, behaviour } = ReviewV1.parse(JSON.parse(out));
      const facts = findings.map((finding) => [finding.kind, finding.tensor, finding.facts]);
      return { verdict, confidence, facts, behaviour };
    };
    expectAlike(said(there), said(here));
  });
});

describe.skipIf(process.platform === 'win32')('a server that is lost in the middle of an edit', () => {
  const seen = async (folder: string) => {
    const names = () => readdir(place.path(folder)).catch((): string[] => []);
    while (!(await names()).some((name) => name.endsWith('.patch.gguf')))
      await new Promise((resolve) => setTimeout(resolve, 20));
  };
  const whole = async (folder: string) =>
    (await readdir(place.path(folder))).filter((name) => !/^eiffel-\d+\.patch\.gguf$/.test(name));

  it.each([
    ['dies', 'SIGKILL', 'whose connection was closed', 5],
    ['hangs', 'SIGSTOP', 'which has been silent for 6 s', 12],
  ] as const)('since it %s, is named within seconds, and nothing is lost', async (_, signal, how, within) => {
    using server = await RpcServer.start(place);
    const folder = `patches-${signal}`;
    let gone = Number.POSITIVE_INFINITY;
    const args = ['edit', almanac, '--edits', 'many.edits.json', '--each', '--out', folder];
    const ran = await place.run([...args, '--rpc', `${servers[0]?.address},${server.address}`], {
      meanwhile: async () => {
        await seen(folder);
        gone = performance.now();
        server.signal(signal);
      },
    });
    expect(ran.err).toMatch(
      new RegExp(
        `^The engine lost the RPC server ${server.address}, ${how}, during edit of almanac\\.gguf[^\n]*\n$`,
      ),
    );
    expect(ran.code).toBe(3);
    expect((performance.now() - gone) / 1000).toBeLessThan(within);
    expect(await whole(folder)).toEqual([]);
    // the other server lets go of what it held, and serves the next
    const again = await place.run(['probe', almanac, '--prompt', prompt, '--rpc', servers[0]?.address ?? '']);
    expect([again.code, again.out]).toEqual([0, expect.stringContaining('Paris')]);
  });
});

describe('a server that cannot be used', () => {
  const probe = (rpc: string) => place.run(['probe', almanac, '--prompt', prompt, '--rpc', rpc]);

  it('is named, with what starts one', async () => {
    const port = await freePort();
    const { code, err } = await probe(`127.0.0.1:${port}`);
    expect([code, err]).toEqual([
      3,
      expect.stringMatching(
        new RegExp(
          `^The RPC server 127.0.0.1:${port} cannot be used: nothing answers .* palimpsest rpc serve --port ${port}\n$`,
        ),
      ),
    ]);
  });

  it('is one that serves somebody else', async () => {
    const first = servers[0]?.address ?? '';
    let second: Awaited<ReturnType<typeof probe>> | undefined;
    const args = ['edit', almanac, '--edits', 'many.edits.json', '--each', '--out', 'busy', '--rpc', first];
    await place.run(args, {
      interruptAfter: async () => {
        await new Promise((resolve) => setTimeout(resolve, 1500));
        second = await probe(first);
      },
    });
    expect(second).toMatchObject({ code: 3, err: expect.stringContaining('is at work for somebody else') });
  });

  it('is one on another machine, unless that is allowed', async () => {
    const { code, err } = await probe('192.0.2.1:50052');
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/^192\.0\.2\.1 is another machine\. Never expose/),
    ]);
    const served = await place.run(['rpc', 'serve', '--host', '0.0.0.0']);
    expect([served.code, served.err]).toEqual([2, expect.stringContaining('--rpc-insecure')]);
  });
});

/** The same but for what rounding and clocks may change: numbers to a thousandth, of differences to a thousandth of one. */
function expectAlike(found: unknown, wanted: unknown, way = ''): void {
  if (typeof wanted === 'number' && typeof found === 'number') {
    if (/seconds|time/i.test(way)) return;
    expect(Math.abs(found - wanted), `${way}: ${found}, not ${wanted}`).toBeLessThanOrEqual(
      1e-3 * Math.max(1, Math.abs(wanted)),
    );
    return;
  }
  if (Array.isArray(wanted) && Array.isArray(found)) expect(found.length, way).toBe(wanted.length);
  if (typeof wanted === 'object' && wanted !== null && typeof found === 'object' && found !== null) {
    expect(Object.keys(found), way).toEqual(Object.keys(wanted));
    const there = new Map<string, unknown>(Object.entries(found));
    for (const [key, value] of Object.entries(wanted)) expectAlike(there.get(key), value, `${way}.${key}`);
    return;
  }
  if (/digest|date|path|patch$/i.test(way)) return;
  expect(found, way).toEqual(wanted);
}
