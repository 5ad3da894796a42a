import { type BatchToken, TokenBatch } from '../../llama/batch.ts';
import { Context } from '../../llama/context.ts';
import type { Model } from '../../llama/model.ts';
import type { NodeVisitor } from '../../llama/nodeTap.ts';
import type { Work } from '../../progress.ts';

/** Sequences of one decode; llama.cpp allows 256. */
const mostSequences = 256;
const batchTokens = 512;

/** Endings that share what lies before them: one decode of `shared` serves them all. */
export interface KeyRequest {
  readonly shared: readonly number[];
  readonly endings: readonly (readonly number[])[];
}

/** Reads what a weight is multiplied with at the last token of many short texts; the pass stops there. */
export class KeyReader implements Disposable {
  readonly model: Model;
  readonly #context: Context;
  readonly #weight: string;
  #pointer: bigint | undefined;

  /** @param weight the tensor's name, e.g. `blk.3.ffn_down.weight` */
  constructor(model: Model, weight: string, threads: number) {
    this.model = model;
    this.#weight = weight;
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

  /** Calls `onKey` for every ending of every request, in order. A request must fit into one decode. */
  async read(
    requests: readonly KeyRequest[],
    onKey: (request: number, ending: number, key: Float32Array) => void,
    work: Work = {},
  ): Promise<void> {
    let run: number[] = [];
    let tokens = 0;
    let sequences = 0;
    const flush = async (done: number) => {
      if (run.length === 0) return;
      await this.#decode(requests, run, onKey, work.signal);
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
    onKey: (request: number, ending: number, key: Float32Array) => void,
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
    let keys: { width: number; values: Float32Array } | undefined;
    const visitor: NodeVisitor = {
      wants: (node) => {
        const source = node.firstSource;
        if (source === 0n) return false;
        if (this.#pointer !== undefined) return source === this.#pointer;
        if (node.source(0).name !== this.#weight) return false;
        this.#pointer = source;
        return true;
      },
      visit: (node) => {
        const input = node.source(1);
        keys = { width: input.struct.ne[0], values: input.read() };
        return false;
      },
    };
    this.#context.clear();
    await this.#context.tap?.during(visitor, () => this.#context.decode(new TokenBatch(batch), signal));
    if (keys === undefined) throw new Error(`${this.#weight} was not seen in the pass`);
    const { width, values } = keys;
    // a last layer computes outputs only: then the rows are the endings, else all tokens
    const perToken = values.length / width === batch.length;
    for (const [index, { request, ending, row }] of places.entries()) {
      const at = (perToken ? row : index) * width;
      onKey(request, ending, values.subarray(at, at + width));
    }
  }

  [Symbol.dispose](): void {
    this.#context.dispose();
  }
}
