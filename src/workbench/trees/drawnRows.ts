interface Drawn<Node> {
  readonly node: Node;
  readonly look: string;
}

/**
 * Remembers the rows of a tree as they were drawn. VS Code takes rows away for a moment when it draws them anew, and a
 * click in that moment with them: so only what looks different is to be drawn again.
 */
export class DrawnRows<Node> {
  readonly #drawn = new Map<string, Drawn<Node>>();
  /** undefined until the outermost rows have been drawn. */
  #top: string | undefined;

  /** The outermost rows, as they are about to be drawn. */
  begin(keys: readonly string[]): void {
    this.#top = JSON.stringify(keys);
  }

  /** The row that VS Code knows under this key: it knows rows by the objects that it was given. */
  kept(key: string, fresh: Node): Node {
    return this.#drawn.get(key)?.node ?? fresh;
  }

  /** Takes down one row. @param look all that a person sees of it, and the keys of the rows below it */
  draw(key: string, node: Node, look: string): void {
    this.#drawn.set(key, { node, look });
  }

  /**
   * @param top the outermost rows as they are now
   * @param lookOf how a row looks now; undefined where it has gone
   * @returns the rows that look different now; undefined where outermost ones came, went or moved
   */
  differing(top: readonly string[], lookOf: (node: Node) => string | undefined): readonly Node[] | undefined {
    // what is drawn for the first time later is drawn as it is then
    if (this.#top === undefined) return [];
    if (JSON.stringify(top) !== this.#top) return undefined;
    const different: Node[] = [];
    for (const [key, { node, look }] of this.#drawn) {
      const now = lookOf(node);
      if (now === undefined) this.#drawn.delete(key);
      else if (now !== look) different.push(node);
    }
    return different;
  }
}
