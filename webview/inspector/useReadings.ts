import type { ActivationComparison } from '../../src/protocol/activations.ts';
import type { LensComparison } from '../../src/protocol/engine.ts';
import type { CellReading, InspectorState, KnownPrompt, Measurement } from '../../src/protocol/inspector.ts';
import type { InspectorHost } from './inspectorHost.ts';
import { chosenIn, type View } from './savedView.ts';
import { type Readable, useReading } from './useReading.ts';

/** Everything that the tabs read from the host, each read when its tab first needs it. */
export interface Readings {
  /** The prompt that activations and lens are of. */
  readonly prompt: string;
  readonly prompts: Readable<readonly KnownPrompt[]>;
  readonly measurement: Readable<Measurement | null>;
  readonly activations: Readable<ActivationComparison>;
  readonly cell: Readable<CellReading>;
  readonly lens: Readable<LensComparison>;
}

/** The prompt that is read: the user's own while the edit is the one that it was typed for, else the edit's. */
export function promptOf({ edit }: InspectorState, { prompt }: View): string {
  return prompt !== null && prompt.edit === (edit?.key ?? null) ? prompt.text : (edit?.prompt ?? '');
}

/** The token that the lens reads at; -1 for the last. */
export function positionIn(prompt: string, { position }: View): number {
  return chosenIn(prompt, position)?.at ?? -1;
}

export function useReadings(host: InspectorHost, state: InspectorState, view: View): Readings {
  const { model, edit, change, crash } = state;
  const prompt = promptOf(state, view);
  const readable = model.state === 'ready' && crash === null;
  const key =
    readable && prompt !== '' ? JSON.stringify([model.path, prompt, change?.stamp, edit?.key]) : null;
  const pinned = chosenIn(prompt, view.map.pinned);
  const cellKey = key !== null && pinned !== null ? JSON.stringify([key, pinned.row, pinned.column]) : null;
  const position = positionIn(prompt, view);
  const reads = view.tab === 'activations' || view.tab === 'lens';
  return {
    prompt,
    prompts: useReading(edit === null ? null : edit.key, reads, (work) =>
      host.call('prompts', undefined, work),
    ),
    measurement: useReading(
      edit?.measurement == null ? null : JSON.stringify([edit.key, edit.measurement]),
      view.tab === 'locality',
      (work) => host.call('measurement', undefined, work),
    ),
    activations: useReading(key, view.tab === 'activations', (work) =>
      host.call('activations', { prompt }, work),
    ),
    cell: useReading(cellKey, view.tab === 'activations', (work) =>
      host.call('cell', { prompt, layer: pinned?.row ?? 0, position: pinned?.column ?? 0 }, work),
    ),
    lens: useReading(key === null ? null : JSON.stringify([key, position]), view.tab === 'lens', (work) =>
      host.call('lens', { prompt, position }, work),
    ),
  };
}
