import { type BatchToken, TokenBatch } from '../../llama/batch.ts';
import { Context } from '../../llama/context.ts';
import type { Model } from '../../llama/model.ts';
import type { NodeVisitor, TappedNode } from '../../llama/nodeTap.ts';
import type { Work } from '../../work/progress.ts';

/** Sequences of one decode; llama.cpp allows 256. */
const mostSequences = 256;
const batchTokens = 512;

/** Endings that share what lies before them: one decode of `shared` serves them all. */
export interface KeyRequest {
  readonly shared: readonly number[];
  readonly endings: readonly (readonly number[])[];
}

/** What each of the reader's weights is multiplied with at one ending, and what that gives where values are read. */
type OnKeys = (
  request: number,
  ending: number,
  keys: readonly Float32Array[],
  values: readonly Float32Array[],
) => void;

/** The last token of an ending: its place in the batch and among the outputs. */
interface Place {
  readonly request: number;
  readonly ending: number;
  readonly token: number;
  readonly output: number;
}

/** Keys and values of one weight. Shapes [places][width], [places][height] */
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
      sequences: mostSequences,
      outputs: mostSequences,
      threads,
      tapped: true,
    });
  }

  /** Endings of one request that fit beside each other. */
  roomFor(shared: number, ending: number): number {
    return Math.max(1, Math.min(mostSequences, Math.floor((batchTokens - shared) / Math.max(1, ending))));
  }

  /** Calls `onKeys` for every ending of every request, in order. A request must fit into one decode. */
  async read(requests: readonly KeyRequest[], onKeys: OnKeys, work: Work = {}): Promise<void> {
    let run: number[] = [];
    let tokens = 0;
    let sequences = 0;
    const flush = async (done: number) => {
      if (run.length === 0) return;
      await this.#decode(requests, run, onKeys, work.signal);
      work.report?.('looking for the subject', done / requests.length);
      run = [];
      tokens = 0;
      sequences = 0;
    };
    for (const [index, { shared, endings }] of requests.entries()) {
      const cost = shared.length + endings.reduce((sum, ending) => sum + ending.length, 0);
      if (tokens + cost > batchTokens || sequences + endings.length > mostSequences) await flush(index);
      run.push(index);
      tokens += cost;
      sequences += endings.length;
    }
    await flush(requests.length);
  }

  async #decode(
    requests: readonly KeyRequest[],
    run: readonly number[],
    onKeys: OnKeys,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const batch: BatchToken[] = [];
    const places: Place[] = [];
    let sequence = 0;
    for (const request of run) {
      const { shared, endings } = requests[request] ?? { shared: [], endings: [] };
      const [first = 0, ...alsoIn] = endings.map((_, index) => sequence + index);
      const none = () => false;
      const begin = TokenBatch.sequence(shared, { sequence: first, wants: none });
      batch.push(...begin.map((token) => ({ ...token, alsoIn })));
      for (const [ending, tokens] of endings.entries()) {
        batch.push(...TokenBatch.sequence(tokens, { sequence: sequence + ending, start: shared.length }));
        places.push({ request, ending, token: batch.length - 1, output: places.length });
      }
      sequence += endings.length;
    }
    const rows = await this.#rows(batch, places, signal);
    for (const { request, ending, output } of places) {
      const at = (row: readonly Float32Array[]) => row[output] ?? new Float32Array();
      const values = this.#values ? rows.map((weight) => at(weight.values)) : [];
      onKeys(
        request,
        ending,
        rows.map((weight) => at(weight.keys)),
        values,
      );
    }
  }

  /** What each weight is multiplied with, and gives, at the places of a batch. */
  async #rows(
    batch: readonly BatchToken[],
    places: readonly Place[],
    signal: AbortSignal | undefined,
  ): Promise<Rows[]> {
    const seen = new Map<number, Rows>();
    const rowsOf = (node: TappedNode) => {
      const [width, count] = node.struct.ne;
      // a last layer computes outputs only: then the rows are the endings, else all tokens
      const perToken = count === batch.length;
      return places.map(({ token, output }) => node.read((perToken ? token : output) * width, width));
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
    await this.#context.tap?.during(visitor, () => this.#context.decode(new TokenBatch(batch), signal));
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
