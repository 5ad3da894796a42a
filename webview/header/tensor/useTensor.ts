import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { HeaderPage } from '../../../src/protocol/headerPage.ts';
import type { TensorDetail } from '../../../src/protocol/tensors.ts';
import { isCancelled } from '../../hostError.ts';
import type { Host } from '../../rpc.ts';

type Outcome =
  | { readonly state: 'reading'; readonly stage: string; readonly fraction: number }
  | { readonly state: 'stopped' }
  | { readonly state: 'failed'; readonly error: string }
  | { readonly state: 'read'; readonly detail: TensorDetail };

type Reading =
  | (Extract<Outcome, { state: 'reading' }> & { readonly stop: () => void })
  | (Extract<Outcome, { state: 'stopped' | 'failed' }> & { readonly read: () => void })
  | Extract<Outcome, { state: 'read' }>;

/** Reads a tensor's values once it is looked at, and again when the file was written anew; stopped when one turns away. */
export function useTensor(host: Host<HeaderPage>, name: string, base: string | null): Reading {
  const [outcome, setOutcome] = useState<Outcome>({ state: 'reading', stage: '', fraction: 0 });
  const running = useRef<AbortController>(undefined);
  const read = useCallback(async () => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    const set = (next: Outcome) => running.current === controller && setOutcome(next);
    set({ state: 'reading', stage: '', fraction: 0 });
    const report = (stage: string, fraction: number) => set({ state: 'reading', stage, fraction });
    try {
      const detail = await host.call('tensor', { name, base }, { signal: controller.signal, report });
      set({ state: 'read', detail });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      set(isCancelled(error) ? { state: 'stopped' } : { state: 'failed', error: message });
    }
  }, [host, name, base]);
  useEffect(() => {
    void read();
    const forget = host.on('changed', () => void read());
    return () => {
      forget();
      const last = running.current;
      running.current = undefined;
      last?.abort();
    };
  }, [host, read]);
  if (outcome.state === 'reading') return { ...outcome, stop: () => running.current?.abort() };
  if (outcome.state === 'read') return outcome;
  return { ...outcome, read: () => void read() };
}
