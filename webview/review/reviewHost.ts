import { useEffect, useState } from 'preact/hooks';
import type { ReviewAction, ReviewContract, ReviewState } from '../../src/protocol/reviewPage.ts';
import type { Host } from '../rpc.ts';
import { useSavedState } from '../savedState.ts';

export type ReviewHost = Host<ReviewContract>;
export type Act = (action: ReviewAction) => void;

/** What the host says of the review, as it changes; null until it has answered. */
export function useReviewState(host: ReviewHost): ReviewState | null {
  const [state, setState] = useState<ReviewState | null>(null);
  const [saved, save] = useSavedState('review', '', (value): value is string => typeof value === 'string');
  useEffect(() => {
    let pushed = false;
    const stop = host.on('state', (value) => {
      pushed = true;
      setState(value);
    });
    // a state that is pushed meanwhile is the newer one
    void host.call('state').then((value) => pushed || setState(value));
    return stop;
  }, [host]);
  // by this the panel is brought back after a reload
  useEffect(() => {
    if (state !== null && state.id !== saved) save(state.id);
  });
  return state;
}
