import type { BirpcReturn } from 'birpc';
import type {
  EventOf,
  MethodOf,
  PageContract,
  PageStart,
  PageWork,
  ParamsOf,
  PushOf,
  ResultOf,
} from '../../protocol/webview.ts';
import { answering } from '../../rpc/answering.ts';
import { connectEnds } from '../../rpc/channel.ts';
import type { PageFunctions, PageHost } from '../../rpc/pageEnds.ts';

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
  const { functions, stopAll } = answering(
    (method, params, work) => dispatch(handlers, method, params, work),
    () => page,
  );
  const host: PageHost = {
    ...functions,
    start() {
      stopAll();
      return start;
    },
  };
  let listening: { dispose(): void } | undefined;
  let disposed = false;
  const page: BirpcReturn<PageFunctions, PageHost> = connectEnds<PageFunctions, PageHost>(host, {
    post: async (message) => {
      if (!disposed) await webview.postMessage(message);
    },
    on: (listener) => {
      listening = webview.onDidReceiveMessage(listener);
    },
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
