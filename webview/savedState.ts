import { useState } from 'preact/hooks';
import { vscodeApi } from './vscodeApi.ts';

/**
 * State that survives the page being hidden or the window being reloaded. `isValid` guards against what another
 * version of the page left there.
 */
export function useSavedState<T>(
  key: string,
  initial: T,
  isValid: (value: unknown) => value is T,
): [T, (value: T) => void] {
  const [value, setValue] = useState<T>(() => {
    const saved = savedState()[key];
    return isValid(saved) ? saved : initial;
  });
  const save = (next: T) => {
    vscodeApi.setState({ ...savedState(), [key]: next });
    setValue(() => next);
  };
  return [value, save];
}

function savedState(): Readonly<Record<string, unknown>> {
  const state = vscodeApi.getState();
  return typeof state === 'object' && state !== null ? { ...state } : {};
}
