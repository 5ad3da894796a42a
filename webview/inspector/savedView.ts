import { useEffect, useRef } from 'preact/hooks';
import type { Tab } from '../../src/protocol/inspector.ts';
import type { Stream } from '../../src/protocol/streams.ts';
import type { Spread } from '../charts/colourScale.ts';
import type { Cell } from '../charts/matrix.ts';
import { useSavedState } from '../savedState.ts';
import type { Arrangement } from './locality/probeRows.ts';

/** Which norms the heatmap shows: both states on one scale, their difference, or how far the vectors moved. */
export type Shown = 'both' | 'difference' | 'distance';

/** Something in a prompt, which means nothing in another. */
type Of<T> = T & { readonly prompt: string };

/** What was chosen in this prompt; null where it was in another. */
export function chosenIn<T>(prompt: string, chosen: Of<T> | null): T | null {
  return chosen?.prompt === prompt ? chosen : null;
}

/** How a person has arranged the panel: what survives that it is hidden, and a reload of the window. */
export interface View {
  readonly tab: Tab;
  readonly locality: Arrangement & {
    /** Place of the selected probe among all comparisons. */
    readonly selected: number | null;
  };
  /** A prompt of the user's own, as long as the edit is the same; null for the edit's. */
  readonly prompt: { readonly edit: string | null; readonly text: string } | null;
  readonly map: {
    readonly stream: Stream;
    readonly shown: Shown;
    /** null for what the values suggest. */
    readonly spread: Spread | null;
    readonly zoom: number;
    readonly asTable: boolean;
    readonly pinned: Of<Cell> | null;
  };
  /** The last prompt that was asked for from elsewhere, by its id. */
  readonly asked: string | null;
  /** The token that the lens reads at, counted from 0; null for the last. */
  readonly position: Of<{ readonly at: number }> | null;
  /** The layer that attention and neurons are read of; null for the edit's. */
  readonly layer: number | null;
  readonly attention: {
    /** null for the one that changed most. */
    readonly head: number | null;
    readonly shown: 'both' | 'difference';
    readonly spread: Spread;
    readonly zoom: number;
    readonly asTable: boolean;
    /** The token whose row the table shows; null for the last. */
    readonly reading: Of<{ readonly at: number }> | null;
  };
  /** The token whose neurons are read; null for the one where the edit acts. */
  readonly neuronsAt: Of<{ readonly at: number }> | null;
  readonly trace: {
    /** The words that are drowned in noise, as they are typed; null for the edit's subject. */
    readonly subject: Of<{ readonly text: string }> | null;
    readonly samples: string;
    readonly side: 'before' | 'after';
    readonly zoom: number;
    readonly asTable: boolean;
  };
  readonly attribution: {
    /** The words that are drowned in noise, as they are typed; null for the edit's subject, empty for none. */
    readonly subject: Of<{ readonly text: string }> | null;
    readonly samples: string;
    /** Whether the Jacobian lens is read as well. */
    readonly lens: boolean;
    readonly side: 'before' | 'after';
    readonly shown: 'attributed' | 'lens';
    readonly zoom: number;
    readonly asTable: boolean;
  };
  readonly trial: {
    /** null for the edit's prompt. */
    readonly prompt: string | null;
    readonly chat: boolean;
    readonly inContext: boolean;
    readonly sampled: boolean;
    readonly temperature: string;
    readonly topP: string;
    readonly seed: string;
    readonly maxTokens: string;
  };
}

const initial: View = {
  tab: 'locality',
  locality: { sortBy: 'verdict', descending: false, changedOnly: false, folded: [], selected: null },
  prompt: null,
  map: { stream: 'residual', shown: 'difference', spread: null, zoom: 1, asTable: false, pinned: null },
  asked: null,
  position: null,
  layer: null,
  attention: { head: null, shown: 'both', spread: 'linear', zoom: 1, asTable: false, reading: null },
  neuronsAt: null,
  trace: { subject: null, samples: '10', side: 'before', zoom: 1, asTable: false },
  attribution: {
    subject: null,
    samples: '10',
    lens: false,
    side: 'before',
    shown: 'attributed',
    zoom: 1,
    asTable: false,
  },
  trial: {
    prompt: null,
    chat: false,
    inContext: false,
    sampled: false,
    temperature: '0.8',
    topP: '0.95',
    seed: '1',
    maxTokens: '64',
  },
};

/** Raised whenever `View` changes, so that an older version's state is not misread. */
const version = 4;

interface Saved {
  readonly version: number;
  readonly view: View;
}

const isSaved = (value: unknown): value is Saved =>
  typeof value === 'object' && value !== null && Reflect.get(value, 'version') === version;

export type ChangeView = (change: Partial<View>) => void;

/** The view, and how to change it. Every change is kept at once. */
export function useSavedView(): readonly [View, ChangeView] {
  const [saved, save] = useSavedState('view', { version, view: initial }, isSaved);
  // two changes of one event must not undo each other
  const latest = useRef(saved.view);
  const change = (changed: Partial<View>) => {
    latest.current = { ...latest.current, ...changed };
    save({ version, view: latest.current });
  };
  return [saved.view, change];
}

/** Remembers which model the panel belongs to: by this it is brought back after a reload. */
export function useSavedModel(model: string | undefined): void {
  const [saved, save] = useSavedState('model', '', (value): value is string => typeof value === 'string');
  useEffect(() => {
    if (model !== undefined && model !== saved) save(model);
  });
}
