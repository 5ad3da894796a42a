import { CancelledError } from '../errors.ts';
import type { Work } from './progress.ts';
import { throwIfAborted } from './turn.ts';

/**
 * Lets one piece of heavy work run at a time, in the order in which it was asked for: models share the cores, and
 * the contexts of one model hold one state.
 */
export class Queue {
  #last: Promise<unknown> = Promise.resolve();
  #length = 0;

  /** @throws CancelledError at once when the signal is raised while the task waits; it is then never begun. */
  run<T>(task: () => Promise<T>, { signal, report }: Work = {}): Promise<T> {
    if (this.#length > 0) report?.('waiting for other work', 0);
    this.#length++;
    return new Promise((resolve, reject) => {
      const giveUp = () => reject(new CancelledError());
      signal?.addEventListener('abort', giveUp, { once: true });
      const done = this.#last.then(() => {
        signal?.removeEventListener('abort', giveUp);
        throwIfAborted(signal);
        return task();
      });
      this.#last = done.then(
        () => this.#length--,
        () => this.#length--,
      );
      done.then(resolve, reject);
    });
  }
}
