import type { ModelEntry } from '../models/modelEntry.ts';

/** The base, unless it is at rest while another model has patches on; nothing that is not loaded. */
export function shownModel(
  base: ModelEntry | undefined,
  known: readonly ModelEntry[],
): ModelEntry | undefined {
  const patched = known.find(({ applied }) => applied.length > 0);
  const atRest = base === undefined || base.state === 'header' || base.state === 'ready';
  if (atRest && patched !== undefined && (base?.applied.length ?? 0) === 0) return patched;
  return base?.state === 'header' ? undefined : base;
}
