import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { HeaderPage, HeaderView } from '../../src/protocol/headerPage.ts';
import { isCancelled } from '../hostError.ts';
import type { Host } from '../rpc.ts';

type Header =
  | { readonly state: 'reading'; readonly stop: () => void }
  | { readonly state: 'stopped'; readonly read: () => void }
  | { readonly state: 'failed'; readonly error: string; readonly read: () => void }
  | { readonly state: 'read'; readonly view: HeaderView };

type Outcome =
  | { readonly state: 'reading' }
  | { readonly state: 'stopped' }
  | { readonly state: 'failed'; readonly error: string }
  | { readonly state: 'read'; readonly view: HeaderView };

/** Reads the header, and again when the file was written anew; what is shown stays meanwhile. */
export function useHeader(host: Host<HeaderPage>): Header {
  const [outcome, setOutcome] = useState<Outcome>({ state: 'reading' });
  const running = useRef<AbortController>(undefined);

  const read = useCallback(async () => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setOutcome((before) => (before.state === 'read' ? before : { state: 'reading' }));
    try {
      const view = await host.call('read', undefined, { signal: controller.signal });
      if (running.current === controller) setOutcome({ state: 'read', view });
    } catch (error) {
      if (running.current !== controller) return;
      const message = error instanceof Error ? error.message : String(error);
      setOutcome(isCancelled(error) ? { state: 'stopped' } : { state: 'failed', error: message });
    }
  }, [host]);

  useEffect(() => {
    void read();
    return host.on('changed', () => void read());
  }, [host, read]);

  switch (outcome.state) {
    case 'reading':
      return { state: 'reading', stop: () => running.current?.abort() };
    case 'stopped':
      return { state: 'stopped', read: () => void read() };
    case 'failed':
      return { ...outcome, read: () => void read() };
    case 'read':
      return outcome;
  }
}
