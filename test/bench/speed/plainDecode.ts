import type { Rewriting } from '../../../src/engine/editing/value/rewriting.ts';
import { TokenBatch } from '../../../src/engine/llama/batch.ts';
import { Context } from '../../../src/engine/llama/context.ts';
import type { Model } from '../../../src/engine/llama/model.ts';
import { median, repeated } from '../statistics.ts';

/**
 * Plain llama.cpp on an edit's prompts: one decode of all tokens of all sequences, logits where the edit needs them,
 * cache in F16, no callbacks.
 */
export class PlainDecode implements Disposable {
  readonly flashAttention: boolean;
  readonly #context: Context;

  private constructor(context: Context, flashAttention: boolean) {
    this.#context = context;
    this.flashAttention = flashAttention;
  }

  /** With flash attention or without, whichever is faster here for `prompts`. */
  static async fastest(model: Model, prompts: Rewriting, threads: number): Promise<PlainDecode> {
    const tried = [];
    for (const flashAttention of [true, false]) {
      const context = new Context(model, {
        size: 1024,
        sequences: 64,
        outputs: 256,
        threads,
        flashAttention,
        cacheType: 'f16',
      });
      const decode = new PlainDecode(context, flashAttention);
      tried.push({ decode, milliseconds: median(await decode.times(prompts, 5)) });
    }
    const [fastest, ...others] = tried.sort((a, b) => a.milliseconds - b.milliseconds);
    for (const { decode } of others) decode[Symbol.dispose]();
    if (fastest === undefined) throw new Error('no decode was tried');
    return fastest.decode;
  }

  /** Milliseconds of each of `count` decodes, after one that is not counted. */
  times({ prefix, suffix }: Rewriting, count: number): Promise<number[]> {
    const batch = new TokenBatch([...(prefix?.tokens ?? []), ...suffix.tokens]);
    return repeated(count, async () => {
      this.#context.clear();
      await this.#context.decode(batch);
    });
  }

  [Symbol.dispose](): void {
    this.#context.dispose();
  }
}
