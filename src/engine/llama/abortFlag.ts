import koffi, { type KoffiFunc } from 'koffi';
import { throwIfAborted } from '../work/turn.ts';
import type { Pointer } from './library.ts';

/**
 * The flag that llama.cpp's abort callback reads before every node, from whatever thread it computes on. It is a C
 * string, empty for "go on" and one character for "stop", so that `strlen` itself is the callback: no JavaScript runs
 * on a compute thread and nothing has to be compiled.
 */
export class AbortFlag {
  readonly #text = Buffer.alloc(8);
  readonly address: Pointer = koffi.address(this.#text);

  /** Runs `work` while the flag follows `signal`. @throws CancelledError when the signal was raised. */
  async during<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    throwIfAborted(signal);
    const raise = () => {
      this.#text[0] = 1;
    };
    signal?.addEventListener('abort', raise, { once: true });
    try {
      const result = await work();
      throwIfAborted(signal);
      return result;
    } finally {
      signal?.removeEventListener('abort', raise);
      // what is computed without a signal reads the flag too
      this.#text[0] = 0;
    }
  }
}

/** Runs a native function on a thread of koffi's pool, so that the event loop stays free for cancelling. */
export function onThread<A extends unknown[], R>(
  native: KoffiFunc<(...args: A) => R>,
  ...args: A
): Promise<R> {
  return new Promise((resolve, reject) => {
    native.async(...args, (error: unknown, result: R) => (error ? reject(error) : resolve(result)));
  });
}
