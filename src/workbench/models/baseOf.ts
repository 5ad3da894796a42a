import type { ModelEntry } from './modelEntry.ts';

/** The model that edits are made on: the one that was set, else the only one that is loaded, or that did not fail. */
export function baseOf<Entry extends Pick<ModelEntry, 'path' | 'state'>>(
  all: readonly Entry[],
  chosen: string | undefined,
): Entry | undefined {
  return (
    all.find(({ path }) => path === chosen) ??
    only(all.filter(({ state }) => state === 'ready')) ??
    only(all.filter(({ state }) => state !== 'failed')) ??
    only(all)
  );
}

const only = <T>(items: readonly T[]): T | undefined => (items.length === 1 ? items[0] : undefined);
