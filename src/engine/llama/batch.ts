import koffi from 'koffi';
import type { Batch as NativeBatch } from './llamaFunctions.ts';

/** One token of a decode: where it stands, in which sequence, and whether its logits are wanted. */
export interface BatchToken {
  readonly token: number;
  readonly position: number;
  readonly sequence: number;
  /** Further sequences of which this token is a part as well: a prompt that several continuations share. */
  readonly alsoIn?: readonly number[];
  readonly output: boolean;
}

/**
 * A `llama_batch` with all it points to. llama.cpp keeps pointers to pointers into these arrays, so they live as long
 * as the batch object does.
 */
export class TokenBatch {
  readonly length: number;
  /** Row in the logits of each token whose output is wanted, in batch order. */
  readonly outputs: readonly number[];
  readonly native: NativeBatch;
  readonly tokens: readonly BatchToken[];
  readonly #sequences: Int32Array;

  constructor(tokens: readonly BatchToken[]) {
    this.tokens = tokens;
    this.length = tokens.length;
    this.outputs = tokens.flatMap((token, index) => (token.output ? [index] : []));
    const memberships = tokens.map(({ sequence, alsoIn = [] }) => [sequence, ...alsoIn]);
    const counts = Int32Array.from(memberships, (sequences) => sequences.length);
    this.#sequences = Int32Array.from(memberships.flat());
    let next = koffi.address(this.#sequences);
    const addresses = BigUint64Array.from(counts, (count) => {
      const address = next;
      next += BigInt(4 * count);
      return address;
    });
    this.native = {
      n_tokens: this.length,
      token: Int32Array.from(tokens, (token) => token.token),
      embd: null,
      pos: Int32Array.from(tokens, (token) => token.position),
      n_seq_id: counts,
      seq_id: addresses,
      logits: Int8Array.from(tokens, (token) => (token.output ? 1 : 0)),
    };
  }

  /** One sequence from position `start` on, with logits for the tokens that `wants` names (default: the last). */
  static sequence(
    tokens: readonly number[],
    { sequence = 0, start = 0, wants = (index: number) => index === tokens.length - 1 } = {},
  ): BatchToken[] {
    return tokens.map((token, index) => ({ token, position: start + index, sequence, output: wants(index) }));
  }
}
