import { useEffect } from 'preact/hooks';
import type { ReviewAction, ReviewContract, ReviewState } from '../../src/protocol/reviewPage.ts';
import type { Host } from '../rpc.ts';
import { useSavedState } from '../savedState.ts';
import { usePushedState } from '../usePushedState.ts';

export type ReviewHost = Host<ReviewContract>;
export type Act = (action: ReviewAction) => void;

/** What the host says of the review, as it changes; null until it has answered. */
export function useReviewState(host: ReviewHost): ReviewState | null {
  const state = usePushedState<ReviewState>(host);
  const [saved, save] = useSavedState('review', '', (value): value is string => typeof value === 'string');
  // by this the panel is brought back after a reload
  useEffect(() => {
    if (state !== null && state.id !== saved) save(state.id);
  });
  return state;
}
