import { useMemo } from 'preact/hooks';
import type { ActivationComparison, KeyValues } from '../../src/protocol/activations.ts';
import type { AttentionComparison } from '../../src/protocol/attention.ts';
import type { LensComparison } from '../../src/protocol/engine.ts';
import type { CellReading, InspectorState, KnownPrompt, Measurement } from '../../src/protocol/inspector.ts';
import { mostMovedHead } from './attention/attentionMaps.ts';
import type { InspectorHost } from './inspectorHost.ts';
import { chosenIn, type View } from './savedView.ts';
import { type Readable, shownOf, useReading } from './useReading.ts';

/** Everything that the tabs read from the host, each read when its tab first needs it. */
export interface Readings {
  /** The prompt that is read. */
  readonly prompt: string;
  /** The layer that neurons are read of. */
  readonly layer: number;
  readonly attentionLayer: number;
  /** The head that is seen large: the chosen one, else the one that changed most; null before it is known. */
  readonly attentionHead: number | null;
  readonly prompts: Readable<readonly KnownPrompt[]>;
  readonly measurement: Readable<Measurement | null>;
  readonly activations: Readable<ActivationComparison>;
  readonly cell: Readable<CellReading>;
  readonly lens: Readable<LensComparison>;
  /** All heads of the layer, reduced to what a small picture can show. */
  readonly heads: Readable<AttentionComparison>;
  readonly head: Readable<AttentionComparison>;
  readonly neurons: Readable<KeyValues>;
}

/** The prompt that is read: the user's own while the edit is the one that it was typed for, else the edit's. */
export function promptOf({ edit }: InspectorState, { prompt }: View): string {
  return prompt !== null && prompt.edit === (edit?.key ?? null) ? prompt.text : (edit?.prompt ?? '');
}

/** The token that the lens reads at; -1 for the last. */
export function positionIn(prompt: string, { position }: View): number {
  return chosenIn(prompt, position)?.at ?? -1;
}

/** The layer whose attention is read: the first that an edit of an MLP changes, where none is chosen. */
export function attentionLayerIn(state: InspectorState, view: View): number {
  const edited = layerIn(state, view);
  if (view.layer !== null || state.edit === null) return edited;
  return Math.min(edited + 1, (state.model.layers ?? 1) - 1);
}

/** The layer that is chosen, else the edit's, else the middle one; one that the model has. */
export function layerIn({ model, edit }: InspectorState, { layer }: View): number {
  const layers = model.layers ?? 1;
  const edited = edit?.report?.layer ?? edit?.made?.layer ?? Math.floor(layers / 2);
  return Math.min(layer ?? edited, layers - 1);
}

/** Names what is read of a prompt, and of which model with which patches; null where nothing can be read. */
export function readingKey({ model, edit, change, crash }: InspectorState, prompt: string): string | null {
  const readable = model.state === 'ready' && crash === null && prompt !== '';
  return readable ? JSON.stringify([model.path, prompt, change?.stamp, edit?.key]) : null;
}

/** Cells a side of a head's small picture. */
export const tileSide = 48;

export function useReadings(host: InspectorHost, state: InspectorState, view: View): Readings {
  const { edit } = state;
  const prompt = promptOf(state, view);
  const layer = layerIn(state, view);
  const attentionLayer = attentionLayerIn(state, view);
  const key = readingKey(state, prompt);
  const within = (...more: readonly (number | null)[]) =>
    key === null ? null : JSON.stringify([key, ...more]);
  const pinned = chosenIn(prompt, view.map.pinned);
  const position = positionIn(prompt, view);
  const neuronsAt = chosenIn(prompt, view.neuronsAt)?.at ?? null;
  const heads = useReading(within(attentionLayer), view.tab === 'attention', (work) =>
    host.call('heads', { prompt, layer: attentionLayer, side: tileSide }, work),
  );
  const seen = shownOf(heads.reading);
  const moved = useMemo(() => (seen === undefined ? null : mostMovedHead(seen)), [seen]);
  const head = view.attention.head ?? moved;
  const reads = !['locality', 'edit', 'try'].includes(view.tab);
  return {
    prompt,
    layer,
    attentionLayer,
    attentionHead: head,
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
    cell: useReading(
      pinned === null ? null : within(pinned.row, pinned.column),
      view.tab === 'activations',
      (work) => host.call('cell', { prompt, layer: pinned?.row ?? 0, position: pinned?.column ?? 0 }, work),
    ),
    lens: useReading(within(position), view.tab === 'lens', (work) =>
      host.call('lens', { prompt, position }, work),
    ),
    heads,
    head: useReading(head === null ? null : within(attentionLayer, head), view.tab === 'attention', (work) =>
      host.call('head', { prompt, layer: attentionLayer, head: head ?? 0 }, work),
    ),
    neurons: useReading(within(layer, neuronsAt), view.tab === 'neurons', (work) =>
      host.call('neurons', { prompt, layer, position: neuronsAt }, work),
    ),
  };
}
