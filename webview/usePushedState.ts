import { useEffect, useState } from 'preact/hooks';
import { useSavedState } from './savedState.ts';

/** Where a page's state comes from: it is asked for once, and pushed whenever it changes. */
interface StateSource<S> {
  readonly call: (method: 'state') => Promise<S>;
  readonly on: (event: 'state', listener: (value: S) => void) => () => void;
}

/** What the host says, as it changes; null until it has answered. */
export function usePushedState<S>(host: StateSource<S>): S | null {
  const [state, setState] = useState<S | null>(null);
  useEffect(() => {
    let pushed = false;
    const stop = host.on('state', (value) => {
      pushed = true;
      setState(() => value);
    });
    // a state that is pushed meanwhile is the newer one
    void host.call('state').then((value) => pushed || setState(() => value));
    return stop;
  }, [host]);
  return state;
}

/**
 * The same, of a page that belongs to one of many: its id is saved, by which the panel is brought back after a reload.
 *
 * @param key under which the host looks for the id
 */
export function useRestoredState<S extends { readonly id: string }>(
  host: StateSource<S>,
  key: 'review' | 'task',
): S | null {
  const state = usePushedState(host);
  const [saved, save] = useSavedState(key, '', (value): value is string => typeof value === 'string');
  useEffect(() => {
    if (state !== null && state.id !== saved) save(state.id);
  });
  return state;
}
