import { type BirpcReturn, createBirpc } from 'birpc';
import { toWire } from '../../engine/process/wireError.ts';
import type { Outcome } from '../../protocol/rpc.ts';
import type {
  EventOf,
  HostCalls,
  MethodOf,
  PageCalls,
  PageContract,
  PageStart,
  PageWork,
  ParamsOf,
  PushOf,
  ResultOf,
} from '../../protocol/webview.ts';

/** The part of VS Code's `Webview` that carries messages. */
export interface MessagePort {
  postMessage(message: unknown): PromiseLike<boolean>;
  onDidReceiveMessage(listener: (message: unknown) => void): { dispose(): void };
}

/** The host's methods. Each heeds `work.signal`, which is also raised when the page goes away. */
export type Handlers<C extends PageContract> = {
  readonly [M in MethodOf<C>]: (
    params: ParamsOf<C, M>,
    work: PageWork<EventOf<C, M>>,
  ) => ResultOf<C, M> | Promise<ResultOf<C, M>>;
};

/** The host's end of the connection to a page. */
export interface ServedPage<C extends PageContract> {
  /** Tells the page something. It is lost while no page is loaded, so a page asks for its state when it starts. */
  push<P extends PushOf<C>>(name: P, value: C['pushes'][P]): void;
  /** Stops every call under way and hears nothing more. */
  dispose(): void;
}

/** Answers a page's calls. Whatever a handler throws rejects the page's call, with its name and message. */
export function servePage<C extends PageContract>(
  webview: MessagePort,
  handlers: Handlers<C>,
  start: PageStart = { messages: null },
): ServedPage<C> {
  const jobs = new Map<number, AbortController>();
  const stopAll = () => {
    for (const controller of jobs.values()) controller.abort();
    jobs.clear();
  };
  const functions: HostCalls = {
    start() {
      stopAll();
      return start;
    },
    async call(job, method, params): Promise<Outcome> {
      const controller = new AbortController();
      jobs.set(job, controller);
      const { signal } = controller;
      const work = {
        signal,
        report: (stage: string, fraction: number) =>
          tell(signal, () => page.progress.asEvent(job, stage, fraction)),
        onEvent: (event: unknown) => tell(signal, () => page.event.asEvent(job, event)),
      };
      try {
        return { done: true, value: await dispatch(handlers, method, params, work) };
      } catch (error) {
        return { done: false, error: toWire(error) };
      } finally {
        // a later page may have begun a job of the same number
        if (jobs.get(job) === controller) jobs.delete(job);
      }
    },
    cancel(job) {
      jobs.get(job)?.abort();
    },
  };
  let listening: { dispose(): void } | undefined;
  let disposed = false;
  const page: BirpcReturn<PageCalls, HostCalls> = createBirpc<PageCalls, HostCalls>(functions, {
    post: async (message) => {
      if (!disposed) await webview.postMessage(message);
    },
    on: (listener) => {
      listening = webview.onDidReceiveMessage(listener);
    },
    timeout: -1,
  });
  return {
    push(name, value) {
      if (!disposed) void page.push.asEvent(name, value);
    },
    dispose() {
      disposed = true;
      stopAll();
      listening?.dispose();
      page.$close();
    },
  };
}

/** Nothing more is told of a call that was stopped: its number may be another's by now. */
function tell(signal: AbortSignal, send: () => void): void {
  if (!signal.aborted) send();
}

function dispatch<C extends PageContract>(
  handlers: Handlers<C>,
  method: string,
  params: unknown,
  work: PageWork<unknown>,
): unknown {
  const handler: unknown = Object.hasOwn(handlers, method) ? Reflect.get(handlers, method) : undefined;
  if (typeof handler !== 'function') throw new Error(`The page's host has no method "${method}".`);
  return handler.call(handlers, params, work);
}
