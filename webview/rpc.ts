import { config } from '@vscode/l10n';
import type { BirpcReturn } from 'birpc';
import type {
  EventOf,
  MethodOf,
  PageContract,
  PageWork,
  ParamsOf,
  PushOf,
  ResultOf,
} from '../src/protocol/webview.ts';
import { asking } from '../src/rpc/asking.ts';
import { connectEnds } from '../src/rpc/channel.ts';
import type { PageFunctions, PageHost } from '../src/rpc/pageEnds.ts';
import { HostError } from './hostError.ts';
import { vscodeApi } from './vscodeApi.ts';

/** The page's end of the connection to its host. */
export interface Host<C extends PageContract> {
  /**
   * Asks the host. Raising `signal` stops the call, which then fails as cancelled. Events and progress come before
   * the result. @throws HostError with what the host threw
   */
  call<M extends MethodOf<C>>(
    method: M,
    ...[params, work]: undefined extends ParamsOf<C, M>
      ? [params?: undefined, work?: Partial<PageWork<EventOf<C, M>>>]
      : [params: ParamsOf<C, M>, work?: Partial<PageWork<EventOf<C, M>>>]
  ): Promise<ResultOf<C, M>>;
  /** Hears what the host tells unasked, until the returned function is called. */
  on<P extends PushOf<C>>(push: P, listener: (value: C['pushes'][P]) => void): () => void;
}

/** Connects the page with its host; what the page says in the user's language is there afterwards. */
export async function connect<C extends PageContract>(): Promise<Host<C>> {
  const listeners = new Map<string, Set<(value: unknown) => void>>();
  const calls = asking(
    () => host,
    (error) => new HostError(error),
  );
  const functions: PageFunctions = {
    ...calls.functions,
    push: (name, value) => {
      for (const listener of listeners.get(name) ?? []) listener(value);
    },
  };
  const host: BirpcReturn<PageHost, PageFunctions> = connectEnds<PageHost, PageFunctions>(functions, {
    post: (message) => vscodeApi.postMessage(message),
    on: (listener) => window.addEventListener('message', ({ data }) => listener(data)),
  });

  const untyped = {
    call: (method: string, params?: unknown, work: Partial<PageWork<unknown>> = {}) =>
      calls.call(method, params, work),
    on(push: string, listener: (value: unknown) => void): () => void {
      const heard = listeners.get(push) ?? new Set();
      listeners.set(push, heard.add(listener));
      return () => heard.delete(listener);
    },
  };

  const { messages } = await host.start();
  if (messages !== null) config({ contents: { ...messages } });
  // the contract is one of types alone: the host's end is checked against the same one
  return untyped as Host<C>;
}
