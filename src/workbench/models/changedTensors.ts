import type { ModelEntry } from './modelEntry.ts';
import type { ChangedTensors } from './modelItems.ts';

/** Which tensors the patches that are on change, by model. A patch file that has gone meanwhile changes none. */
export async function changedTensors(entries: readonly ModelEntry[]): Promise<ChangedTensors> {
  const changed = new Map<string, ReadonlySet<string>>();
  for (const { path, applied } of entries) {
    const names = await Promise.all(applied.map((patch) => targetsOf(patch.path)));
    if (applied.length > 0) changed.set(path, new Set(names.flat()));
  }
  return changed;
}

async function targetsOf(patch: string): Promise<string[]> {
  try {
    const { readPatch } = await import('../../engine/editing/patches/readPatch.ts');
    return (await readPatch(patch)).tensors.map(({ target }) => target);
  } catch {
    return [];
  }
}
