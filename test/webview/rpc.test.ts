import { afterEach, expect, test, vi } from 'vitest';
import type { PageStart } from '../../src/protocol/webview.ts';
import { type Handlers, servePage } from '../../src/workbench/webviews/servePage.ts';
import { overWire } from './rig/overWire.ts';

/** Both ends of a page's connection in one process, with VS Code's wire between them. */

type Contract = {
  methods: {
    double: { params: { readonly values: Float32Array }; result: Float32Array };
    fail: { params: 'defect' | 'refusal'; result: null };
    count: { params: number; result: string; event: number };
    forever: { result: null };
  };
  pushes: { news: string };
};

class Refusal extends Error {
  override readonly name = 'InputError';
}

const started: AbortSignal[] = [];
const handlers: Handlers<Contract> = {
  double: ({ values }) => values.map((value) => 2 * value),
  fail(how) {
    if (how === 'refusal') throw new Refusal('The file is empty.');
    throw new TypeError('nothing of undefined');
  },
  async count(upTo, { report, onEvent }) {
    for (let n = 1; n <= upTo; n++) {
      onEvent(n);
      report('counting', n / upTo);
      await Promise.resolve();
    }
    return 'done';
  },
  forever(_, { signal }) {
    started.push(signal);
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        reject(Object.assign(new Error('It was canceled.'), { name: 'CancelledError' }));
      });
    });
  },
};

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
  started.length = 0;
});

/** A page as VS Code loads it, and its host. `reload` loads the page anew in the same webview. */
function wired(start: PageStart = { messages: null }) {
  let toPage = new EventTarget();
  const toHost = new Set<(message: unknown) => void>();
  const sent: unknown[] = [];
  const host = servePage<Contract>(
    {
      async postMessage(message) {
        const data = overWire(message);
        sent.push(data);
        queueMicrotask(() => toPage.dispatchEvent(Object.assign(new Event('message'), { data })));
        return true;
      },
      onDidReceiveMessage(listener) {
        toHost.add(listener);
        return { dispose: () => toHost.delete(listener) };
      },
    },
    handlers,
    start,
  );
  const load = async () => {
    vi.resetModules();
    toPage = new EventTarget();
    vi.stubGlobal('window', toPage);
    vi.stubGlobal('acquireVsCodeApi', () => ({
      postMessage(message: unknown) {
        const data = overWire(message);
        queueMicrotask(() => {
          for (const listener of toHost) listener(data);
        });
      },
    }));
    const { connect } = await import('../../webview/rpc.ts');
    return connect<Contract>();
  };
  return { host, load, sent };
}

test('typed arrays cross as they are, NaN and all', async () => {
  const page = await wired().load();
  const values = new Float32Array([1, Number.NaN, -Infinity]);
  expect(await page.call('double', { values })).toEqual(new Float32Array([2, Number.NaN, -Infinity]));
});

test('whatever the host throws rejects the call, with its name and sentence', async () => {
  const page = await wired().load();
  await expect(page.call('fail', 'refusal')).rejects.toMatchObject({
    name: 'InputError',
    message: 'The file is empty.',
  });
  await expect(page.call('fail', 'defect')).rejects.toMatchObject({
    name: 'TypeError',
    message: 'nothing of undefined',
  });
});

test('what is no handler of its own cannot be called', async () => {
  const page = await wired().load();
  // @ts-expect-error: the contract has no such method
  await expect(page.call('toString')).rejects.toThrow('has no method "toString"');
});

test('events and progress come in their order, before the result; progress between in its time', async () => {
  const page = await wired().load();
  const heard: string[] = [];
  const result = await page.call('count', 3, {
    onEvent: (n) => heard.push(`event ${n}`),
    report: (stage, fraction) => heard.push(`${stage} ${fraction.toFixed(2)}`),
  });
  heard.push(result);
  expect(heard).toEqual(['event 1', 'counting 0.33', 'event 2', 'event 3', 'counting 1.00', 'done']);
});

test('a call can be stopped, and stopping one before it began makes no call', async () => {
  const { load, sent } = wired();
  const page = await load();
  const controller = new AbortController();
  const call = page.call('forever', undefined, { signal: controller.signal });
  await vi.waitFor(() => expect(started).toHaveLength(1));
  controller.abort();
  await expect(call).rejects.toMatchObject({ name: 'CancelledError' });

  const before = sent.length;
  await expect(page.call('forever', undefined, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: 'CancelledError',
  });
  expect(started).toHaveLength(1);
  expect(sent).toHaveLength(before);
});

test('a page that loads anew stops what the one before it waited for', async () => {
  const { load } = wired();
  const first = await load();
  void first.call('forever').catch(() => {});
  await vi.waitFor(() => expect(started).toHaveLength(1));
  const second = await load();
  expect(started[0]?.aborted).toBe(true);
  expect(await second.call('count', 1)).toBe('done');
});

test('the host tells what nobody asked, until the listener leaves or the host does', async () => {
  const { host, load } = wired();
  const page = await load();
  const heard: string[] = [];
  const leave = page.on('news', (news) => heard.push(news));
  host.push('news', 'one');
  await vi.waitFor(() => expect(heard).toEqual(['one']));
  leave();
  host.push('news', 'two');
  await page.call('count', 1);
  expect(heard).toEqual(['one']);
});

test('a host that is disposed stops its calls and says nothing more', async () => {
  const { host, load, sent } = wired();
  const page = await load();
  void page.call('forever').catch(() => {});
  await vi.waitFor(() => expect(started).toHaveLength(1));
  host.dispose();
  expect(started[0]?.aborted).toBe(true);
  const before = sent.length;
  host.push('news', 'late');
  await Promise.resolve();
  expect(sent).toHaveLength(before);
});

test('the page speaks the language that the host brings', async () => {
  const page = wired({ messages: { 'Reading the header…': 'Kopf wird gelesen …' } });
  await page.load();
  const { t } = await import('@vscode/l10n');
  expect(t('Reading the header…')).toBe('Kopf wird gelesen …');
});
