import { EngineError } from '../errors.ts';
import { expectLoadable } from '../gguf/llamaDemands/loadable.ts';
import type { ModelFiles } from '../gguf/split.ts';
import { onThread } from './abortFlag.ts';
import type { Pointer } from './library.ts';
import { Owned } from './owned.ts';
import { loadRuntime, type Runtime } from './runtime.ts';
import { Tokenizer } from './tokenizer.ts';

/** A model's vocabulary without its weights: enough to tokenise. */
export class Vocabulary extends Owned {
  readonly tokenizer: Tokenizer;

  private constructor({ c }: Runtime, pointer: Pointer) {
    super(pointer, c.llama_model_free);
    this.tokenizer = new Tokenizer(c, c.llama_model_get_vocab(pointer));
  }

  /**
   * @throws InputError for a file on which llama.cpp would end the process; EngineError with llama.cpp's own complaint
   * when the file has no vocabulary that can be read.
   */
  static async load(files: ModelFiles): Promise<Vocabulary> {
    await expectLoadable(files);
    const {
      paths: [path = ''],
    } = files;
    const runtime = await loadRuntime();
    const { c } = runtime;
    const params = { ...c.llama_model_default_params(), vocab_only: true };
    const pointer = await onThread(c.llama_model_load_from_file, path, params);
    if (pointer !== null) return new Vocabulary(runtime, pointer);
    throw new EngineError(
      `llama.cpp cannot read the vocabulary of ${path}: ${runtime.takeComplaints() || 'it gave no reason'}`,
    );
  }
}
