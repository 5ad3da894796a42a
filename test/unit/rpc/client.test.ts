import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type EngineClient, engineClient } from '../../../src/engine/client.ts';
import { CancelledError, EngineError, InputError } from '../../../src/engine/errors.ts';
import { EngineCrash } from '../../../src/engine/process/crash.ts';

let folder: string;
let hostPath: string;
let client: EngineClient;
let lines: string[];
let crashes: EngineCrash[];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'palimpsest-rpc-'));
  hostPath = path.join(folder, 'host.mjs');
  await bundle('fakeHost.ts', hostPath);
});
afterAll(() => rm(folder, { recursive: true }));

const bundle = (file: string, outfile: string) =>
  build({
    entryPoints: [path.join(import.meta.dirname, file)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    mainFields: ['module', 'main'],
    // as the product's bundles have it: what is bundled of CommonJS asks for Node's modules by `require`
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });

function open({ startsAnew = false } = {}): EngineClient {
  lines = [];
  crashes = [];
  client = engineClient({
    hostPath,
    startsAnew,
    log: (level, text) => lines.push(`${level} ${text}`),
    onCrash: (crash) => crashes.push(crash),
  });
  return client;
}
afterEach(() => client.stop());

const probe = (prompt: string) => ({ model: 'm.gguf', prompt });
const alive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('calls across the process boundary', () => {
  it('starts the process with the first call and brings the result and the log back', async () => {
    open();
    expect(client.pid).toBeUndefined();
    expect(await client.probe(probe('hello'))).toEqual({
      before: [{ token: 'hello', id: 1, p: 0.5 }],
      after: [],
      kl: 0,
    });
    expect(client.pid).toBeGreaterThan(0);
    expect(lines).toContain('3 the fake engine is ready');
  });

  it('brings typed arrays as such, NaN and all', async () => {
    const logits = await open().logits(probe('100000'));
    expect(logits).toBeInstanceOf(Float32Array);
    expect(logits).toHaveLength(100_000);
    expect(logits[0]).toBeNaN();
    expect(logits[99_999]).toBe(Math.fround(99_999 / 3));
  });

  it.each([
    ['input', InputError, 2, 'the prompt is wrong'],
    ['engine', EngineError, 3, 'the disk is full'],
  ])(
    'brings an error of kind %s with its class and exit code',
    async (kind, errorClass, exitCode, message) => {
      const error = await open()
        .probe(probe(kind))
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(errorClass);
      expect(error).toMatchObject({ exitCode, message });
    },
  );

  it('brings a defect as an error with the stack of the process it happened in', async () => {
    const error = await open()
      .probe(probe('defect'))
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(EngineError);
    expect(error).toHaveProperty('message', 'index 7');
    expect(error).toHaveProperty('stack', expect.stringContaining('host.mjs'));
  });

  it('refuses parameters that are not as described, in a sentence', async () => {
    const wrong: { model: string; prompt: string; top: number } = { ...probe('x'), top: 0 };
    await expect(open().probe(wrong)).rejects.toThrow(
      'The call of "probe" is wrong: top must be at least 1.',
    );
    await expect(client.probe({ ...probe(''), patches: [] })).rejects.toBeInstanceOf(InputError);
  });

  it('notices a result that is not as described', async () => {
    await expect(open().probe(probe('shape'))).rejects.toThrow('kl');
  });

  it('tells progress and events, and stops when it is cancelled', async () => {
    open();
    const abort = new AbortController();
    const texts: string[] = [];
    const stages = new Set<string>();
    const running = client.generate(
      { ...probe('x'), maxTokens: 5 },
      {
        signal: abort.signal,
        report: (stage, fraction) => stages.add(stage) && expect(fraction).toBeLessThanOrEqual(1),
        onEvent: ({ text }) => texts.push(text) === 20 && abort.abort(),
      },
    );
    const error = await running.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CancelledError);
    expect(error).toHaveProperty('message', 'Counting was canceled; nothing was written.');
    expect(texts.slice(0, 3)).toEqual(['0', '1', '2']);
    expect([...stages]).toEqual(['counting']);
  });

  it('does not even ask when it is cancelled before', async () => {
    const work = { signal: AbortSignal.abort() };
    await expect(open().generate({ ...probe('x'), maxTokens: 5 }, work)).rejects.toBeInstanceOf(
      CancelledError,
    );
  });
});

describe('the end of the process', () => {
  /** A call that never ends by itself, once it is really under way. */
  async function busy(): Promise<{ call: Promise<unknown> }> {
    let begun = () => {};
    const started = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const call = client.generate({ ...probe('x'), maxTokens: 5 }, { onEvent: begun });
    call.catch(() => {});
    await started;
    return { call };
  }

  it('is reported when it is killed in the middle of a call, with what was on; a restart helps', async () => {
    open();
    await client.load({ model: 'm.gguf' });
    await client.apply({ model: 'm.gguf', patches: [{ path: '/p/eiffel.patch.gguf', strength: 1 }] });
    const { call } = await busy();
    const pid = client.pid ?? 0;
    process.kill(pid, 'SIGKILL');
    const error = await call.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EngineCrash);
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toHaveProperty(
      'message',
      'The engine was killed (SIGKILL) during generate of m.gguf; switched on was eiffel.patch.gguf (strength 1) on m.gguf, which is off now; its last line: the fake engine is ready',
    );
    expect(crashes).toEqual([error]);
    expect(crashes[0]?.applied.get('m.gguf')).toHaveLength(1);

    await expect(client.probe(probe('x'))).rejects.toThrow('The engine has stopped; restart it to go on.');
    await client.restart();
    expect(await client.probe(probe('again'))).toHaveProperty('before.0.token', 'again');
    expect(client.pid).not.toBe(pid);
  });

  it('lets the next call start another process where nobody counts on what was on', async () => {
    open({ startsAnew: true });
    await expect(client.patchInfo({ path: 'ne[0] > 0' })).rejects.toThrow(EngineCrash);
    expect(await client.probe(probe('again'))).toHaveProperty('before.0.token', 'again');
    expect(crashes).toHaveLength(1);
  });

  it('is reported with the last line of a crash in native code, in one sentence', async () => {
    const error = await open()
      .patchInfo({ path: 'ne[0] > 0' })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EngineCrash);
    expect(error).toHaveProperty(
      'message',
      expect.stringMatching(
        /^The engine was killed \(SIGABRT\) during patchInfo; its last line: src\/llama\.cpp:7: GGML_ASSERT\(ne\[0\] > 0\) failed$/,
      ),
    );
    expect(crashes[0]?.lastLines.join('\n')).toContain('GGML_ASSERT(ne[0] > 0) failed');
  });

  it('is reported when the process cannot even start', async () => {
    client = engineClient({ hostPath: path.join(folder, 'absent.mjs') });
    await expect(client.probe(probe('x'))).rejects.toBeInstanceOf(EngineCrash);
  });

  it('is no crash when it was asked for, and the next call starts anew', async () => {
    open();
    const { call } = await busy();
    const pid = client.pid ?? 0;
    await client.stop();
    await expect(call).rejects.toBeInstanceOf(CancelledError);
    expect(alive(pid)).toBe(false);
    expect(crashes).toEqual([]);
    expect(await client.probe(probe('x'))).toHaveProperty('kl', 0);
  });

  it('leaves nothing half-written behind', async () => {
    const out = path.join(folder, 'baked');
    await mkdir(out);
    const bake = {
      model: 'm.gguf',
      patches: [{ path: 'p.gguf', strength: 1 }],
      out: path.join(out, 'half.gguf'),
    };
    await expect(open().bake(bake)).rejects.toBeInstanceOf(EngineCrash);
    expect(crashes[0]?.lastLines).toContain('half of it is there: .half.gguf');
    expect(await readdir(out)).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')(
    'is a cancellation where Ctrl-C comes before the process is ready',
    async () => {
      const call = open().probe(probe('x'));
      process.kill(client.pid ?? 0, 'SIGINT');
      await expect(call).rejects.toBeInstanceOf(CancelledError);
      expect(crashes).toEqual([]);
      expect(await client.probe(probe('x'))).toHaveProperty('kl', 0);
    },
  );

  it('comes when the parent disappears', async () => {
    const parentPath = path.join(folder, 'parent.mjs');
    await bundle('parent.ts', parentPath);
    const parent: ChildProcess = fork(parentPath, [hostPath], { execArgv: [] });
    const [pid]: unknown[] = await once(parent, 'message');
    if (typeof pid !== 'number') throw new Error('the parent did not say which process it started');
    expect(alive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => alive(pid), { timeout: 5000 }).toBe(false);
  });
});
