import { useState } from 'preact/hooks';
import type { InspectorState } from '../../src/protocol/inspector.ts';
import type { PageWork } from '../../src/protocol/webview.ts';
import type { View } from './savedView.ts';
import { type Readable, useReading } from './useReading.ts';
import { promptOf, readingKey } from './useReadings.ts';

/** A reading that takes long: it is made when it is asked for, and goes on behind other tabs. */
export interface Asking<A, T> extends Readable<T> {
  readonly ask: (asked: A) => void;
}

/** @param read what is asked of the prompt that the page is about */
export function useOnRequest<A, T>(
  state: InspectorState,
  view: View,
  read: (prompt: string, asked: A, work: Pick<PageWork<never>, 'signal' | 'report'>) => Promise<T>,
): Asking<A, T> {
  const prompt = promptOf(state, view);
  const key = readingKey(state, prompt);
  const [asked, setAsked] = useState<{ readonly what: A; readonly key: string } | null>(null);
  // what was asked of another prompt, or before another edit, is not what is seen now
  const current = asked?.key === key ? asked : null;
  const readable = useReading(current && JSON.stringify(current), true, (work) => {
    if (current === null) throw new Error('nothing was asked');
    return read(prompt, current.what, work);
  });
  const ask = (what: A) => {
    if (key === null) return;
    // what was stopped or failed is tried again
    if (JSON.stringify(current?.what) === JSON.stringify(what)) readable.again();
    else setAsked({ what, key });
  };
  return { ...readable, ask };
}
