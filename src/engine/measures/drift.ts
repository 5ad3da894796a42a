import type { Drift } from '../../protocol/measures.ts';

/** What one token of the control text shows: the divergence there, and the NLL of the token that really follows. */
export interface DriftToken {
  /** KL(before ‖ after) in nats. */
  readonly kl: number;
  /** In nats; undefined at the end of a window, where nothing follows. */
  readonly nll: { readonly before: number; readonly after: number } | undefined;
  /** Whether the likeliest next token is the same. */
  readonly sameTop: boolean;
}

/** Sums up drift token by token, so that nothing but these few numbers is held. */
export class DriftSum {
  readonly #window: number;
  #n = 0;
  #kl = 0;
  #maxKl = 0;
  #scored = 0;
  #nllBefore = 0;
  #nllAfter = 0;
  #sameTop = 0;

  /** @param window how many tokens of the control text are read together. */
  constructor(window: number) {
    this.#window = window;
  }

  add({ kl, nll, sameTop }: DriftToken): void {
    this.#n++;
    this.#kl += kl;
    this.#maxKl = Math.max(this.#maxKl, kl);
    if (sameTop) this.#sameTop++;
    if (nll === undefined) return;
    this.#scored++;
    this.#nllBefore += nll.before;
    this.#nllAfter += nll.after;
  }

  result(): Drift {
    return {
      protocol: `drift: KL(before ‖ after) of the next-token distribution and perplexity on control text, in windows of ${this.#window} tokens`,
      n: this.#n,
      meanKl: this.#kl / this.#n,
      maxKl: this.#maxKl,
      perplexityBefore: Math.exp(this.#nllBefore / this.#scored),
      perplexityAfter: Math.exp(this.#nllAfter / this.#scored),
      sameTop: this.#sameTop / this.#n,
    };
  }
}
