import { expect, it, vi } from 'vitest';
import { CancelledError } from '../../../src/engine/errors.ts';
import type { Work } from '../../../src/engine/work/progress.ts';
import { SharedWork } from '../../../src/engine/work/sharedWork.ts';

/** Work that ends when it is told to, and heeds its signal. */
function begin() {
  let own: Work = {};
  let end: { readonly resolve: (file: string) => void; readonly reject: (why: Error) => void } | undefined;
  const shared = new SharedWork<string>((work) => {
    own = work;
    return new Promise((resolve, reject) => {
      end = { resolve, reject };
      work.signal?.addEventListener('abort', () => reject(new CancelledError('The download')));
    });
  }, 'The download');
  if (end === undefined) throw new Error('the work has not begun');
  return { shared, own, ...(end as NonNullable<typeof end>) };
}

it('goes on for the others when one gives up, who alone is told so', async () => {
  const { shared, resolve, own } = begin();
  const stop = new AbortController();
  const [one, other] = [shared.wait({ signal: stop.signal }), shared.wait({})];
  stop.abort();
  await expect(one).rejects.toThrow(CancelledError);
  expect(own.signal?.aborted).toBe(false);
  resolve('file');
  expect(await other).toBe('file');
  expect(await shared.wait({})).toBe('file');
  expect([shared.isOver, own.signal?.aborted]).toEqual([false, false]);
});

it('is canceled when nobody waits any more, and is over then', async () => {
  const { shared, own } = begin();
  const stop = new AbortController();
  const waiting = [shared.wait({ signal: stop.signal }), shared.wait({ signal: stop.signal })];
  stop.abort();
  for (const one of waiting) await expect(one).rejects.toThrow(/download was canceled/);
  expect([own.signal?.aborted, shared.isOver]).toEqual([true, true]);
});

it('tells all who wait how far it is, and that it failed', async () => {
  const { shared, reject, own } = begin();
  const [first, second] = [vi.fn(), vi.fn()];
  const waiting = [shared.wait({ report: first }), shared.wait({ report: second })];
  own.report?.('downloading', 0.5);
  for (const report of [first, second]) expect(report).toHaveBeenCalledWith('downloading', 0.5);
  reject(new Error('broken'));
  for (const one of waiting) await expect(one).rejects.toThrow('broken');
  expect(shared.isOver).toBe(true);
});
