import { type BatchToken, TokenBatch } from '../../llama/batch.ts';
import { Context } from '../../llama/context.ts';
import type { Model } from '../../llama/model.ts';
import type { NodeVisitor, TappedNode } from '../../llama/nodeTap.ts';
import type { Work } from '../../work/progress.ts';
import { type TextTree, textTrees } from './textTree.ts';

/** Sequences of one decode; llama.cpp allows 256. */
const maxSequences = 256;
const batchTokens = 512;

/** What each of the reader's weights is multiplied with at the end of a text, and what that gives where values are read. */
type OnKeys = (text: number, keys: readonly Float32Array[], values: readonly Float32Array[]) => void;

/** Keys and values of one weight. Shapes [outputs][width], [outputs][height] */
type Rows = { readonly keys: Float32Array[]; readonly values: Float32Array[] };

/** Reads what weights are multiplied with at the last token of many short texts; the pass stops at the last of them. */
export class KeyReader implements Disposable {
  readonly model: Model;
  readonly #context: Context;
  readonly #weights: readonly string[];
  readonly #values: boolean;
  /** Where llama.cpp holds the weights, and which of them each is. */
  readonly #places = new Map<bigint, number>();

  /**
   * @param weights the tensors' names, e.g. `blk.3.ffn_down.weight`
   * @param options.values whether their products are read as well
   */
  constructor(model: Model, weights: readonly string[], threads: number, { values = false } = {}) {
    this.model = model;
    this.#weights = weights;
    this.#values = values;
    this.#context = new Context(model, {
      size: batchTokens,
      sequences: maxSequences,
      outputs: maxSequences,
      threads,
      tapped: true,
    });
  }

  /**
   * Calls `onKeys` for every text, in no order.
   *
   * @param texts their tokens, 1 to 512 each
   */
  async read(texts: readonly (readonly number[])[], onKeys: OnKeys, work: Work = {}): Promise<void> {
    let done = 0;
    for (const tree of textTrees(texts, { tokens: batchTokens, texts: maxSequences })) {
      await this.#decode(tree, onKeys, work.signal);
      done += tree.ends.length;
      work.report?.('looking for the subject', done / texts.length);
    }
  }

  async #decode({ nodes, ends }: TextTree, onKeys: OnKeys, signal: AbortSignal | undefined): Promise<void> {
    const wanted = new Set(ends.map(({ node }) => node));
    const batch = nodes.map(({ token, position, firstEnd, endCount }, index): BatchToken => {
      const alsoIn = Array.from({ length: endCount - 1 }, (_, place) => firstEnd + 1 + place);
      return { token, position, sequence: firstEnd, alsoIn, output: wanted.has(index) };
    });
    const decoded = new TokenBatch(batch);
    const rows = await this.#rows(decoded, signal);
    const outputOf = new Map(decoded.outputs.map((token, output) => [token, output]));
    for (const { text, node } of ends) {
      const output = outputOf.get(node);
      const at = (row: readonly Float32Array[]) =>
        (output === undefined ? undefined : row[output]) ?? missing(node);
      onKeys(
        text,
        rows.map(({ keys }) => at(keys)),
        this.#values ? rows.map(({ values }) => at(values)) : [],
      );
    }
  }

  /** What each weight is multiplied with, and gives, at the outputs of a batch. */
  async #rows(batch: TokenBatch, signal: AbortSignal | undefined): Promise<Rows[]> {
    const seen = new Map<number, Rows>();
    const rowsOf = (node: TappedNode) => {
      const [width, count] = node.struct.ne;
      // a last layer computes outputs only: then the rows are these, else all tokens
      const perToken = count === batch.length;
      return batch.outputs.map((token, output) => node.read((perToken ? token : output) * width, width));
    };
    const visitor: NodeVisitor = {
      wants: (node) => this.#indexOf(node) !== undefined,
      visit: (node) => {
        const index = this.#indexOf(node);
        if (index !== undefined) {
          seen.set(index, { keys: rowsOf(node.source(1)), values: this.#values ? rowsOf(node) : [] });
        }
        return seen.size < this.#weights.length;
      },
    };
    this.#context.clear();
    await this.#context.tap?.during(visitor, () => this.#context.decode(batch, signal));
    return this.#weights.map((weight, index) => {
      const rows = seen.get(index);
      if (rows === undefined) throw new Error(`${weight} was not seen in the pass`);
      return rows;
    });
  }

  /** Names are slow to read, so that places stand for them once all are known. */
  #indexOf(node: TappedNode): number | undefined {
    const source = node.firstSource;
    if (source === 0n || this.#places.size === this.#weights.length) return this.#places.get(source);
    const index = this.#weights.indexOf(node.source(0).name);
    if (index < 0) return undefined;
    this.#places.set(source, index);
    return index;
  }

  [Symbol.dispose](): void {
    this.#context.dispose();
  }
}

function missing(node: number): never {
  throw new Error(`What token ${node} of a decode gives was not read`);
}
