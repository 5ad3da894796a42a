import { Context, type ContextOptions } from '../llama/context.ts';
import type { Model } from '../llama/model.ts';
import { Normaliser } from '../llama/normaliser.ts';
import type { NextToken } from './nextToken.ts';

/**
 * A context for reading many prompts at once. Its size bounds how many tokens are decoded together, and so the
 * memory that llama.cpp reserves for logits. Whoever owns it switches adapters on and off.
 */
export class ProbeContext extends Context {
  readonly sequences: number;
  #normaliser: Normaliser | undefined;

  constructor(model: Model, options: Partial<ContextOptions> = {}) {
    const { size = 512, sequences = 64 } = options;
    super(model, { ...options, size, sequences });
    this.sequences = sequences;
  }

  /** What the model predicts after the batch's `index`-th token, which must have been an output. */
  next(index: number): NextToken {
    const logits = this.logits(index);
    this.#normaliser ??= new Normaliser(this.model.runtime, logits.length);
    return { logits, logSumExp: this.#normaliser.logSumExp(logits) };
  }

  override dispose(): void {
    this.#normaliser?.[Symbol.dispose]();
    this.#normaliser = undefined;
    super.dispose();
  }

  /** How many rows of logits llama.cpp may hold at once: 64 MB of them, and never fewer than 16. */
  get outputRows(): number {
    return Math.max(16, Math.floor((64 << 20) / (4 * this.model.tokenizer.size)));
  }
}

/** Sets the adapters of the contexts in use: none for the base, the edit's for `after`. */
export type SwitchTo = (state: 'before' | 'after') => void;
