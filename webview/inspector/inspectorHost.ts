import { createContext } from 'preact';
import { useContext, useState } from 'preact/hooks';
import type { InspectorAction, InspectorContract } from '../../src/protocol/inspector.ts';
import { isCancelled } from '../hostError.ts';
import type { Host } from '../rpc.ts';

export type InspectorHost = Host<InspectorContract>;

export const HostContext = createContext<InspectorHost | null>(null);

export function useHost(): InspectorHost {
  const host = useContext(HostContext);
  if (host === null) throw new Error('the page has no host');
  return host;
}

export interface Actions {
  /** What is under way; null when nothing is. */
  readonly running: InspectorAction | null;
  readonly act: (action: InspectorAction) => void;
}

/** Lets the host do something. It shows progress and failures itself; a panel only waits. */
export function useActions(host: InspectorHost): Actions {
  const [running, setRunning] = useState<InspectorAction | null>(null);
  const act = (action: InspectorAction) => {
    setRunning(action);
    void host.call('act', { action }).finally(() => setRunning(null));
  };
  return { running, act };
}

/** The sentence of an error; null for a cancellation, which was the person's own wish. */
export function complaintOf(error: unknown): string | null {
  if (isCancelled(error)) return null;
  return error instanceof Error ? error.message : String(error);
}
