import type { Prompt } from '../../protocol/chat.ts';
import type { RevertProof } from '../../protocol/inspector.ts';
import type { EditEntry } from '../edits/editEntry.ts';
import type { ModelEntry } from '../models/modelEntry.ts';

type ReadLogits = (model: string, prompt: Prompt, patches: [] | undefined) => Promise<Float32Array>;

/** What was read of the base for an edit that is on. */
interface Before {
  readonly prompt: Prompt;
  /** Undefined where it could not be read: then nothing is proved. */
  readonly logits: Promise<Float32Array | undefined>;
}

/**
 * Proves reverts: the logits of an edit's prompt are read without any patch while the edit is on, and again as the
 * model is when the edit is off; they must be the same in every bit.
 */
export class RevertProofs {
  readonly #read: ReadLogits;
  readonly #before = new Map<string, Before>();
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
    const before = this.#before.get(key);
    if (model.state !== 'ready') {
      this.#before.delete(key);
      return this.#proofs.delete(key);
    }
    if (state === 'applied') {
      if (before === undefined) {
        const logits = this.#read(model.path, edit.prompt, []).catch(() => undefined);
        this.#before.set(key, { prompt: edit.prompt, logits });
      }
      return this.#proofs.delete(key);
    }
    this.#before.delete(key);
    if (before === undefined || model.applied.length > 0) return false;
    const was = await before.logits;
    const is = await this.#read(model.path, before.prompt, undefined).catch(() => undefined);
    if (was === undefined || is === undefined) return false;
    this.#proofs.set(key, { logits: is.length, different: differentBits(was, is) });
    return true;
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
