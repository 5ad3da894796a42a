import { EventEmitter } from 'node:events';
import type { BirpcReturn } from 'birpc';
import { describe, expect, it, vi } from 'vitest';
import { CancelledError, EngineError, InputError } from '../../../src/engine/errors.ts';
import { fromWire } from '../../../src/engine/process/wireError.ts';
import { answering } from '../../../src/rpc/answering.ts';
import { asking } from '../../../src/rpc/asking.ts';
import { type Channel, connectEnds } from '../../../src/rpc/channel.ts';
import type { Answers, AnswerWork, Reports } from '../../../src/rpc/wire.ts';
import { overWire } from '../../webview/rig/overWire.ts';

/** Two ends in one process, with what each transport does to messages between them. */

type Answer = (method: string, params: unknown, work: AnswerWork) => unknown;

function wired(carried: (message: unknown) => unknown, answer: Answer) {
  const sent: unknown[] = [];
  const wire = new EventEmitter();
  const end = (from: string, to: string): Channel => ({
    post(message) {
      const data = carried(message);
      sent.push(data);
      setImmediate(() => wire.emit(to, data));
    },
    on: (listener) => wire.on(from, listener),
  });
  const served = answering(answer, () => asker);
  const asker: BirpcReturn<Reports, Answers> = connectEnds<Reports, Answers>(served.functions, end('b', 'a'));
  const calls = asking(() => answerer, fromWire);
  const answerer: BirpcReturn<Answers, Reports> = connectEnds<Answers, Reports>(
    calls.functions,
    end('a', 'b'),
  );
  return { ...calls, ...served, sent };
}

const untilStopped = ({ signal }: AnswerWork) =>
  new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(new CancelledError('Waiting')), { once: true }),
  );

describe.each([
  ['a process', structuredClone],
  ['a webview', overWire],
] as const)('calls over the wire of %s', (_, carried) => {
  it('bring what was asked and answered, typed arrays as such', async () => {
    const { call, sent } = wired(carried, (method, params) => ({ method, params }));
    const values = new Float32Array([1, Number.NaN, Number.NEGATIVE_INFINITY]);
    expect(await call('echo', { values }, {})).toEqual({ method: 'echo', params: { values } });
    const arrays = JSON.stringify(sent, (_key, value) => (ArrayBuffer.isView(value) ? 'array' : value));
    expect(arrays).toContain('"values":"array"');
  });

  it.each([
    new InputError('The file is empty.'),
    new EngineError('The disk is full.'),
    new CancelledError('The edit'),
  ])('bring an error of class $name with its sentence', async (thrown) => {
    const { call } = wired(carried, () => {
      throw thrown;
    });
    const error: unknown = await call('fail', null, {}).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(thrown.constructor);
    expect(error).toMatchObject({ message: thrown.message, exitCode: thrown.exitCode });
  });

  it('are stopped by their signal and by no other; one that is stopped before is not asked', async () => {
    const { call, underWay, sent } = wired(carried, (_method, _params, work) => untilStopped(work));
    const [first, second] = [new AbortController(), new AbortController()];
    const running = [
      call('wait', 1, { signal: first.signal }, 'first'),
      call('wait', 2, { signal: second.signal }, 'second'),
    ];
    expect(underWay()).toEqual(['first', 'second']);
    first.abort();
    await expect(running[0]).rejects.toThrow('Waiting was canceled; nothing was written.');
    expect(underWay()).toEqual(['second']);
    second.abort();
    await expect(running[1]).rejects.toBeInstanceOf(CancelledError);

    const before = sent.length;
    await expect(call('wait', 3, { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(CancelledError);
    expect(sent).toHaveLength(before);
    expect(underWay()).toEqual([]);
  });

  it('tell every event in its place and no more progress than is seen, all before the outcome', async () => {
    const { call, sent } = wired(carried, (_method, _params, { report, warn, onEvent }) => {
      warn('It is slow.');
      for (let i = 1; i <= 10_000; i++) report('counting', i / 10_000);
      for (const n of [1, 2, 3]) onEvent(n);
      return 'done';
    });
    const heard: unknown[] = [];
    const result = await call('count', null, {
      report: (stage, fraction) => void heard.push(`${stage} ${fraction}`),
      warn: (text) => void heard.push(text),
      onEvent: (event) => void heard.push(event),
    });
    expect(result).toBe('done');
    expect([heard[0], heard[1]]).toEqual(['It is slow.', 'counting 0.0001']);
    expect(heard.slice(-4)).toEqual(['counting 1', 1, 2, 3]);
    expect(sent.length).toBeLessThan(100);
  });

  it('of an asker that is gone are stopped, and tell the next one nothing under their number', async () => {
    const works: AnswerWork[] = [];
    const { functions, stopAll, sent } = wired(carried, (_method, _params, work) => {
      works.push(work);
      return untilStopped(work);
    });
    const stopped = functions.call(1, 'wait', null);
    stopAll();
    expect(await stopped).toMatchObject({ done: false, error: { name: 'CancelledError' } });
    void functions.call(1, 'wait', null);
    const [old, own] = works;
    expect([old?.signal.aborted, own?.signal.aborted]).toEqual([true, false]);
    old?.onEvent('late');
    old?.warn('late');
    expect(sent).toEqual([]);
    own?.onEvent('of the second');
    await vi.waitFor(() => expect(JSON.stringify(sent)).toContain('of the second'));
    functions.cancel(1);
    expect(own?.signal.aborted).toBe(true);
  });
});
