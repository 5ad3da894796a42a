import type { Functions } from './functions.ts';
import type { Pointer } from './library.ts';

/** The model's own tokenizer. Special tokens in a text are ordinary text: a prompt cannot smuggle one in. */
export class Tokenizer {
  readonly size: number;
  readonly bos: number;
  readonly eos: number;
  readonly addsBos: boolean;
  readonly #c: Functions;
  readonly #vocab: Pointer;

  constructor(c: Functions, vocab: Pointer) {
    this.#c = c;
    this.#vocab = vocab;
    this.size = c.llama_vocab_n_tokens(vocab);
    this.bos = c.llama_vocab_bos(vocab);
    this.eos = c.llama_vocab_eos(vocab);
    this.addsBos = c.llama_vocab_get_add_bos(vocab);
  }

  /** The tokens of a prompt, with the beginning-of-sequence token where the model wants one. */
  prompt(text: string): number[] {
    return this.#tokenize(text, true, false);
  }

  /** The tokens of a text that goes on after something else. */
  continuation(text: string): number[] {
    return this.#tokenize(text, false, false);
  }

  /** The tokens of a rendered chat template, whose special tokens are meant as such. */
  chat(text: string): number[] {
    return this.#tokenize(text, false, true);
  }

  /** The bytes that one token stands for; control tokens stand for none unless `special`. */
  pieceBytes(token: number, special = false): Uint8Array {
    let room = 64;
    for (;;) {
      const bytes = new Uint8Array(room);
      const length = this.#c.llama_token_to_piece(this.#vocab, token, bytes, room, 0, special);
      if (length >= 0) return bytes.subarray(0, length);
      room = -length;
    }
  }

  /** One token as text for people; half a character shows as U+FFFD. */
  piece(token: number): string {
    return Buffer.from(this.pieceBytes(token, true)).toString('utf8');
  }

  text(tokens: readonly number[]): string {
    return Buffer.concat(tokens.map((token) => this.pieceBytes(token))).toString('utf8');
  }

  endsGeneration(token: number): boolean {
    return this.#c.llama_vocab_is_eog(this.#vocab, token);
  }

  isControl(token: number): boolean {
    return this.#c.llama_vocab_is_control(this.#vocab, token);
  }

  #tokenize(text: string, addSpecial: boolean, parseSpecial: boolean): number[] {
    const bytes = Buffer.from(text, 'utf8');
    let room = bytes.length + 8;
    for (;;) {
      const tokens = new Int32Array(room);
      const count = this.#c.llama_tokenize(
        this.#vocab,
        bytes,
        bytes.length,
        tokens,
        room,
        addSpecial,
        parseSpecial,
      );
      if (count >= 0) return Array.from(tokens.subarray(0, count));
      room = -count;
    }
  }
}
