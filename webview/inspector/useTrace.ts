import { useState } from 'preact/hooks';
import type { InspectorState, TraceComparison } from '../../src/protocol/inspector.ts';
import type { InspectorHost } from './inspectorHost.ts';
import type { View } from './savedView.ts';
import { type Readable, useReading } from './useReading.ts';
import { promptOf, readingKey } from './useReadings.ts';

/** What is traced; the prompt besides. */
export interface Traced {
  readonly subject: string;
  readonly samples: number;
}

/** A causal trace. It takes many passes, so that it is made when it is asked for, and goes on behind other tabs. */
export interface Tracing extends Readable<TraceComparison> {
  readonly ask: (traced: Traced) => void;
}

export function useTrace(host: InspectorHost, state: InspectorState, view: View): Tracing {
  const prompt = promptOf(state, view);
  const key = readingKey(state, prompt);
  const [asked, setAsked] = useState<(Traced & { readonly key: string }) | null>(null);
  // what was asked of another prompt, or before another edit, is not what is seen now
  const current = asked?.key === key ? asked : null;
  const readable = useReading(current && JSON.stringify(current), true, (work) => {
    const { subject = '', samples = 1 } = current ?? {};
    return host.call('trace', { prompt, subject, samples }, work);
  });
  const ask = (traced: Traced) => {
    if (key === null) return;
    // what was stopped or failed is tried again
    if (current?.subject === traced.subject && current.samples === traced.samples) readable.again();
    else setAsked({ ...traced, key });
  };
  return { ...readable, ask };
}
