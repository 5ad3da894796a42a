import { throwIfAborted } from '../llama/cancel.ts';

/** In milliseconds. */
const longest = 50;

/** Lets long arithmetic in JavaScript take a breath now and then, so that the event loop hears a cancellation. */
export class Breath {
  readonly #signal: AbortSignal | undefined;
  #due = performance.now() + longest;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /** Costs next to nothing unless 50 ms have passed. @throws CancelledError when the signal is raised */
  async take(): Promise<void> {
    if (performance.now() < this.#due) return;
    await new Promise(setImmediate);
    throwIfAborted(this.#signal);
    this.#due = performance.now() + longest;
  }
}
