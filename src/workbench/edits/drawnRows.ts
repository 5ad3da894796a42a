/** A row of a tree: what names it, and everything that a person sees of it in one text. */
export interface Row {
  readonly key: string;
  readonly look: string;
}

/**
 * Remembers the rows as they were drawn. VS Code takes rows away for a moment when it draws them anew, and a click in
 * that moment with them: so only what looks different is to be drawn again.
 */
export class DrawnRows {
  #rows: readonly Row[] = [];

  /** @returns the keys of the rows that look different now; undefined where rows came, went or moved */
  differing(rows: readonly Row[]): readonly string[] | undefined {
    const before = this.#rows;
    this.#rows = rows;
    const same = rows.length === before.length && rows.every(({ key }, index) => key === before[index]?.key);
    if (!same) return undefined;
    return rows.filter(({ look }, index) => look !== before[index]?.look).map(({ key }) => key);
  }
}
