import { type GraphTrace, type TracedNode, traceGraph } from '../autodiff/graphTrace.ts';
import type { EditSession } from '../editing/session/session.ts';
import { InputError } from '../errors.ts';
import { mapResidualStream, type ResidualMap } from '../inspection/residualMap.ts';
import { TokenBatch } from '../llama/batch.ts';
import { type Applied, Context } from '../llama/context.ts';
import type { Model } from '../llama/model.ts';

/** Tokens of one pass at most, since attention takes their square in every layer, and logits. */
const maxTokens = 512;
const maxLogits = 1 << 26;

/** Which sequences are read, with which adapters on. */
export interface ReadSequences {
  readonly sequences: readonly (readonly number[])[];
  readonly adapters: readonly Applied[];
}

export interface TracedPass {
  readonly trace: GraphTrace;
  /** The look-up of the tokens' embeddings. */
  readonly site: TracedNode;
  /** Of every token. Shape [tokens x vocabulary]. */
  readonly logits: Float32Array;
}

/** How many tokens one pass may have. */
export function passLimit({ contextLength, tokenizer }: Model): number {
  return Math.min(maxTokens, contextLength, Math.floor(maxLogits / tokenizer.size));
}

/** A pass over whole sequences in a context of its own, to be traced from the embeddings on. */
export class FullPass implements Disposable {
  readonly map: ResidualMap;
  readonly #context: Context;
  readonly #batch: TokenBatch;
  /** Places of nodes whose values the twin needs. */
  readonly #kept = new Set<number>();

  private constructor(context: Context, batch: TokenBatch, map: ResidualMap) {
    this.#context = context;
    this.#batch = batch;
    this.map = map;
  }

  /** @throws InputError for more tokens than fit */
  static async open(
    { model, devices }: EditSession,
    { sequences, adapters }: ReadSequences,
  ): Promise<FullPass> {
    // every token is an output, since the last layer is computed for outputs only
    const batch = new TokenBatch(
      sequences.flatMap((tokens, sequence) => TokenBatch.sequence(tokens, { sequence, wants: () => true })),
    );
    const most = passLimit(model);
    if (batch.length > most) {
      throw new InputError(
        `The prompt has ${batch.length} tokens; gradients of every state are taken of at most ${most}.`,
      );
    }
    const context = new Context(model, {
      size: batch.length,
      sequences: sequences.length,
      outputs: batch.length,
      threads: devices.threads,
      cacheType: 'f32',
      tapped: true,
    });
    try {
      context.setAdapters(adapters);
      return new FullPass(context, batch, await mapResidualStream(context));
    } catch (error) {
      context.dispose();
      throw error;
    }
  }

  keeps(index: number): boolean {
    return this.#kept.has(index);
  }

  /** Has the value of the node at this place kept by the next trace. */
  keep(index: number): void {
    this.#kept.add(index);
  }

  /** @throws InputError for a model whose embeddings are not looked up in its graph */
  async trace(signal?: AbortSignal): Promise<TracedPass> {
    const context = this.#context;
    const { embedding, tokenizer } = context.model;
    const isLookUp = ({ op, struct }: TracedNode, leaves: GraphTrace['leaves']) =>
      op === 'GET_ROWS' &&
      struct.ne[0] === embedding &&
      leaves.get(struct.src[0] ?? 0n)?.struct.name === 'token_embd.weight';
    context.clear();
    const trace = await traceGraph(
      context,
      this.#batch,
      (node, leaves) => isLookUp(node, leaves) || this.#kept.has(node.index),
      signal,
    );
    const site = trace.nodes.find((node) => isLookUp(node, trace.leaves));
    if (site === undefined) {
      throw new InputError('The embeddings of this model are not found in its graph.');
    }
    const logits = new Float32Array(this.#batch.length * tokenizer.size);
    for (let row = 0; row < this.#batch.length; row++) logits.set(context.logits(row), row * tokenizer.size);
    return { trace, site, logits };
  }

  [Symbol.dispose](): void {
    this.#context.dispose();
  }
}
