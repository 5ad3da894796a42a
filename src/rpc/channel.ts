import { type BirpcReturn, createBirpc } from 'birpc';

/** One end of a connection: an IPC channel between processes, or `postMessage` between a webview and its host. */
export interface Channel {
  post(message: unknown): unknown;
  on(listener: (message: unknown) => void): unknown;
}

/** Serves `functions` to the other end and calls those of `Remote` there; no call is given up for its length. */
export function connectEnds<Remote extends object, Local extends object>(
  functions: Local,
  { post, on }: Channel,
): BirpcReturn<Remote, Local> {
  // birpc waits for what `on` returns before its first call, which a cancellation would then overtake
  return createBirpc<Remote, Local>(functions, { post, on: (listener) => void on(listener), timeout: -1 });
}
