import { CancelledError } from '../errors.ts';

/** @throws CancelledError when the signal was raised */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CancelledError();
}

/** In milliseconds: how long the event loop may wait, with its messages and timers, while this thread computes. */
const maxHold = 30;
let lastTurn = performance.now();

/** To be awaited between pieces of work on this thread. @throws CancelledError when the signal was raised meanwhile. */
export async function turn(signal: AbortSignal | undefined): Promise<void> {
  if (performance.now() - lastTurn > maxHold) {
    await new Promise(setImmediate);
    lastTurn = performance.now();
  }
  throwIfAborted(signal);
}
