import type { RevertProof } from '../../protocol/inspector.ts';
import type { EditEntry } from '../edits/editEntry.ts';
import type { ModelEntry } from '../models/modelEntry.ts';

type ReadLogits = (model: string, prompt: string, patches: [] | undefined) => Promise<Float32Array>;

/**
 * Proves reverts: the logits of an edit's prompt are read before the edit is on, and again when it is off; they must
 * be the same in every bit.
 */
export class RevertProofs {
  readonly #read: ReadLogits;
  readonly #before = new Map<string, Promise<Float32Array | undefined>>();
  readonly #on = new Set<string>();
  readonly #proofs = new Map<string, RevertProof>();

  /** @param read the next-token logits under the patches given, or under what is on */
  constructor(read: ReadLogits) {
    this.#read = read;
  }

  of(key: string): RevertProof | undefined {
    return this.#proofs.get(key);
  }

  /**
   * Looks at an edit whenever something has changed. Only a revert that leaves nothing on can be proved.
   *
   * @returns whether there is another proof, or none any more
   */
  async look(model: ModelEntry, { key, edit, state }: EditEntry): Promise<boolean> {
    if (model.state !== 'ready') {
      this.#on.delete(key);
      return this.#proofs.delete(key);
    }
    if (state === 'applied') {
      this.#on.add(key);
      void this.#base(model.path, key, edit.prompt);
      return this.#proofs.delete(key);
    }
    if (!this.#on.delete(key) || model.applied.length > 0) return false;
    const before = await this.#base(model.path, key, edit.prompt);
    const after = await this.#read(model.path, edit.prompt, undefined).catch(() => undefined);
    if (before === undefined || after === undefined) return false;
    this.#proofs.set(key, { logits: after.length, different: differentBits(before, after) });
    return true;
  }

  /** The base's logits, read with no patch, once for each prompt. What cannot be read proves nothing. */
  #base(model: string, key: string, prompt: string): Promise<Float32Array | undefined> {
    const name = JSON.stringify([model, key, prompt]);
    const read = this.#before.get(name) ?? this.#read(model, prompt, []).catch(() => undefined);
    this.#before.set(name, read);
    return read;
  }
}

/** How many numbers differ in any bit: -0 is not 0, and two NaNs may differ. */
export function differentBits(a: Float32Array, b: Float32Array): number {
  const bits = (values: Float32Array) => new Uint32Array(values.buffer, values.byteOffset, values.length);
  const [left, right] = [bits(a), bits(b)];
  let different = Math.abs(left.length - right.length);
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    if (left[index] !== right[index]) different++;
  }
  return different;
}
