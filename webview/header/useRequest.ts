import { useEffect, useState } from 'preact/hooks';
import { isCancelled } from '../hostError.ts';

interface Request<T> {
  /** What was last answered; null before the first answer. */
  readonly value: T | null;
  readonly error: string | null;
}

/** Asks the host, and again when `of` changes; the request before is stopped then. */
export function useRequest<T>(ask: (signal: AbortSignal) => Promise<T>, of: readonly unknown[]): Request<T> {
  const [request, setRequest] = useState<Request<T>>({ value: null, error: null });
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    ask(signal).then(
      (value) => {
        if (!signal.aborted) setRequest({ value, error: null });
      },
      (error: unknown) => {
        if (signal.aborted || isCancelled(error)) return;
        setRequest({ value: null, error: error instanceof Error ? error.message : String(error) });
      },
    );
    return () => controller.abort();
  }, of);
  return request;
}
