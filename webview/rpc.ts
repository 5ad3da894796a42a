import { config } from '@vscode/l10n';
import { createBirpc } from 'birpc';
import type {
  EventOf,
  HostCalls,
  MethodOf,
  PageCalls,
  PageContract,
  PageWork,
  ParamsOf,
  PushOf,
  ResultOf,
} from '../src/protocol/webview.ts';
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

interface Job {
  readonly report: PageWork<unknown>['report'] | undefined;
  readonly onEvent: ((event: unknown) => void) | undefined;
}

/** Connects the page with its host; what the page says in the user's language is there afterwards. */
export async function connect<C extends PageContract>(): Promise<Host<C>> {
  const jobs = new Map<number, Job>();
  const listeners = new Map<string, Set<(value: unknown) => void>>();
  const functions: PageCalls = {
    progress: (job, stage, fraction) => jobs.get(job)?.report?.(stage, fraction),
    event: (job, event) => jobs.get(job)?.onEvent?.(event),
    push: (name, value) => {
      for (const listener of listeners.get(name) ?? []) listener(value);
    },
  };
  const host = createBirpc<HostCalls, PageCalls>(functions, {
    post: (message) => vscodeApi.postMessage(message),
    on: (listener) => window.addEventListener('message', ({ data }) => listener(data)),
    timeout: -1,
  });
  let lastJob = 0;

  const untyped = {
    async call(method: string, params?: unknown, work: Partial<PageWork<unknown>> = {}): Promise<unknown> {
      const { signal, report, onEvent } = work;
      if (signal?.aborted)
        throw new HostError({ name: 'CancelledError', message: 'The call was cancelled.' });
      const job = ++lastJob;
      const cancel = () => void host.cancel.asEvent(job);
      signal?.addEventListener('abort', cancel, { once: true });
      jobs.set(job, { report, onEvent });
      try {
        const outcome = await host.call(job, method, params);
        if (!outcome.done) throw new HostError(outcome.error);
        return outcome.value;
      } finally {
        jobs.delete(job);
        signal?.removeEventListener('abort', cancel);
      }
    },
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
