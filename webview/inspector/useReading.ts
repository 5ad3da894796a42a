import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { PageWork } from '../../src/protocol/webview.ts';
import { complaintOf } from './inspectorHost.ts';

export type Reading<T> =
  | { readonly status: 'idle' }
  /** `last` is what was read before, to be shown dimmed meanwhile. */
  | {
      readonly status: 'reading';
      readonly stage: string;
      readonly fraction: number;
      readonly last: T | undefined;
    }
  | { readonly status: 'read'; readonly value: T }
  /** `message` is null when the reading was stopped by hand. */
  | { readonly status: 'failed'; readonly message: string | null };

export interface Readable<T> {
  readonly reading: Reading<T>;
  readonly again: () => void;
  readonly stop: () => void;
}

type Work = Pick<PageWork<never>, 'signal' | 'report'>;

/**
 * Reads something from the host whenever `key`, which names what is wanted, is another one. What was read stays while
 * it is not `wanted`, as when its tab is hidden.
 *
 * @param key null where nothing can be read
 */
export function useReading<T>(
  key: string | null,
  wanted: boolean,
  read: (work: Work) => Promise<T>,
): Readable<T> {
  const [reading, setReading] = useState<Reading<T>>({ status: 'idle' });
  const [attempt, setAttempt] = useState(0);
  const current = useRef<{ key: string; attempt: number } | null>(null);
  const controller = useRef<AbortController | null>(null);
  const latest = useRef(read);
  latest.current = read;

  useEffect(() => {
    if (!wanted || (current.current?.key === key && current.current.attempt === attempt)) return;
    controller.current?.abort();
    if (key === null) {
      current.current = null;
      setReading({ status: 'idle' });
      return;
    }
    current.current = { key, attempt };
    const own = new AbortController();
    controller.current = own;
    const update = (next: (known: Reading<T>) => Reading<T>) => {
      if (controller.current === own) setReading(next);
    };
    setReading((known) => ({ status: 'reading', stage: '', fraction: 0, last: shownOf(known) }));
    const report = (stage: string, fraction: number) =>
      update((known) => ({ status: 'reading', stage, fraction, last: shownOf(known) }));
    latest.current({ signal: own.signal, report }).then(
      (value) => update(() => ({ status: 'read', value })),
      (error: unknown) => update(() => ({ status: 'failed', message: complaintOf(error) })),
    );
  }, [key, wanted, attempt]);
  useEffect(() => () => controller.current?.abort(), []);

  const again = useCallback(() => setAttempt((number) => number + 1), []);
  const stop = useCallback(() => controller.current?.abort(), []);
  return { reading, again, stop };
}

/** What there is to be shown: read, or read before while it is read again. */
export function shownOf<T>(reading: Reading<T>): T | undefined {
  if (reading.status === 'read') return reading.value;
  return reading.status === 'reading' ? reading.last : undefined;
}
