/** The part of VS Code's `TestItem` that says where a test is among others. */
export interface Nested<T> {
  readonly id: string;
  readonly parent: T | undefined;
  readonly children: Iterable<readonly [id: string, item: T]>;
}

/** Probes of one edit that are to be run; an edit is measured as a whole, whatever the number of them. */
export interface AskedEdit<T> {
  readonly edit: T;
  readonly probes: readonly T[];
}

/**
 * What a request to run tests asks for, edit by edit, in the order of the list. What is excluded is left out with all
 * that is below it.
 *
 * @param isEdit tells edits from files above them and groups and probes below
 */
export function askedFor<T extends Nested<T>>(
  include: Iterable<T>,
  exclude: readonly T[],
  isEdit: (item: T) => boolean,
): AskedEdit<T>[] {
  const left = new Set(exclude.map(({ id }) => id));
  const asked = new Map<string, { edit: T; probes: Map<string, T> }>();
  const visit = (item: T): void => {
    if (left.has(item.id)) return;
    const below = [...item.children];
    const edit = editAbove(item, isEdit);
    if (below.length > 0 || edit === undefined) {
      for (const [, child] of below) visit(child);
    } else if (edit !== item) {
      const entry = asked.get(edit.id) ?? { edit, probes: new Map<string, T>() };
      entry.probes.set(item.id, item);
      asked.set(edit.id, entry);
    }
  };
  for (const item of include) visit(item);
  return [...asked.values()].map(({ edit, probes }) => ({ edit, probes: [...probes.values()] }));
}

function editAbove<T extends Nested<T>>(item: T, isEdit: (item: T) => boolean): T | undefined {
  for (let at: T | undefined = item; at !== undefined; at = at.parent) if (isEdit(at)) return at;
  return undefined;
}
