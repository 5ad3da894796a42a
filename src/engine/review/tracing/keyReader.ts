import { type BatchToken, TokenBatch } from '../../llama/batch.ts';
import { Context } from '../../llama/context.ts';
import type { Model } from '../../llama/model.ts';
import type { NodeVisitor, TappedNode } from '../../llama/nodeTap.ts';
import type { Work } from '../../progress.ts';

/** Sequences of one decode; llama.cpp allows 256. */
const mostSequences = 256;
const batchTokens = 512;

/** Endings that share what lies before them: one decode of `shared` serves them all. */
export interface KeyRequest {
  readonly shared: readonly number[];
  readonly endings: readonly (readonly number[])[];
}

/** What each of the reader's weights is multiplied with at one ending. */
type OnKeys = (request: number, ending: number, keys: readonly Float32Array[]) => void;

/** Reads what weights are multiplied with at the last token of many short texts; the pass stops at the last of them. */
export class KeyReader implements Disposable {
  readonly model: Model;
  readonly #context: Context;
  readonly #weights: readonly string[];
  /** Where llama.cpp holds the weights, and which of them each is. */
  readonly #places = new Map<bigint, number>();

  /** @param weights the tensors' names, e.g. `blk.3.ffn_down.weight` */
  constructor(model: Model, weights: readonly string[], threads: number) {
    this.model = model;
    this.#weights = weights;
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
    const places: { request: number; ending: number; row: number }[] = [];
    let sequence = 0;
    for (const request of run) {
      const { shared, endings } = requests[request] ?? { shared: [], endings: [] };
      const [first = 0, ...alsoIn] = endings.map((_, index) => sequence + index);
      const none = () => false;
      const begin = TokenBatch.sequence(shared, { sequence: first, wants: none });
      batch.push(...begin.map((token) => ({ ...token, alsoIn })));
      for (const [ending, tokens] of endings.entries()) {
        batch.push(...TokenBatch.sequence(tokens, { sequence: sequence + ending, start: shared.length }));
        places.push({ request, ending, row: batch.length - 1 });
      }
      sequence += endings.length;
    }
    const inputs = await this.#inputs(batch, signal);
    for (const [index, { request, ending, row }] of places.entries()) {
      const keys = inputs.map(({ width, values }) => {
        // a last layer computes outputs only: then the rows are the endings, else all tokens
        const perToken = values.length / width === batch.length;
        const at = (perToken ? row : index) * width;
        return values.subarray(at, at + width);
      });
      onKeys(request, ending, keys);
    }
  }

  /** What each weight is multiplied with in a pass over the batch. Shapes [rows x width] */
  async #inputs(
    batch: readonly BatchToken[],
    signal: AbortSignal | undefined,
  ): Promise<{ readonly width: number; readonly values: Float32Array }[]> {
    const seen = new Map<number, { width: number; values: Float32Array }>();
    const visitor: NodeVisitor = {
      wants: (node) => this.#indexOf(node) !== undefined,
      visit: (node) => {
        const index = this.#indexOf(node);
        const input = node.source(1);
        if (index !== undefined) seen.set(index, { width: input.struct.ne[0], values: input.read() });
        return seen.size < this.#weights.length;
      },
    };
    this.#context.clear();
    await this.#context.tap?.during(visitor, () => this.#context.decode(new TokenBatch(batch), signal));
    return this.#weights.map((weight, index) => {
      const input = seen.get(index);
      if (input === undefined) throw new Error(`${weight} was not seen in the pass`);
      return input;
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
