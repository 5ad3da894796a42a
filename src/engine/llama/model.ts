import koffi from 'koffi';
import { CancelledError } from '../errors.ts';
import { expectLoadable } from '../gguf/llamaDemands/loadable.ts';
import { readModelFiles } from '../gguf/split.ts';
import type { Work } from '../work/progress.ts';
import { onThread } from './abortFlag.ts';
import type { Pointer } from './library.ts';
import { Owned } from './owned.ts';
import { loadRuntime, type Runtime } from './runtime.ts';
import { progressCallback } from './structs.ts';
import { Tokenizer } from './tokenizer.ts';
import { whyNotLoaded } from './whyNotLoaded.ts';

/** A GGUF model whose weights are mapped into memory and shared by all its contexts. */
export class Model extends Owned {
  readonly runtime: Runtime;
  readonly path: string;
  readonly tokenizer: Tokenizer;
  readonly layers: number;
  /** Width of the residual stream. */
  readonly embedding: number;
  readonly contextLength: number;
  readonly parameters: number;
  readonly chatTemplate: string | undefined;
  /** Recurrent or hybrid state, or an encoder: the graph is not one that the twin can follow. */
  readonly unsupported: 'recurrent' | 'hybrid' | 'encoder' | undefined;

  private constructor(runtime: Runtime, path: string, pointer: Pointer) {
    const { c } = runtime;
    super(pointer, c.llama_model_free);
    this.runtime = runtime;
    this.path = path;
    this.tokenizer = new Tokenizer(c, c.llama_model_get_vocab(pointer));
    this.layers = c.llama_model_n_layer(pointer);
    this.embedding = c.llama_model_n_embd(pointer);
    this.contextLength = c.llama_model_n_ctx_train(pointer);
    this.parameters = Number(c.llama_model_n_params(pointer));
    this.chatTemplate = c.llama_model_chat_template(pointer, null) ?? undefined;
    this.unsupported = c.llama_model_is_recurrent(pointer)
      ? 'recurrent'
      : c.llama_model_is_hybrid(pointer)
        ? 'hybrid'
        : c.llama_model_has_encoder(pointer)
          ? 'encoder'
          : undefined;
  }

  /**
   * Loads on a thread of its own; `work.report` follows llama.cpp's progress.
   *
   * @param repack whether weights may be laid out anew for this CPU (AMX and the like), which is faster and takes their
   * memory once more; without it they stay mapped from the file
   * @throws InputError for a file on which llama.cpp would end the process, or that it refuses; EngineError with
   * llama.cpp's own complaint where it cannot load it for another reason
   */
  static async load(path: string, work: Work = {}, repack = true): Promise<Model> {
    await expectLoadable(await readModelFiles(path, work), work);
    const runtime = await loadRuntime();
    const { c } = runtime;
    runtime.takeComplaints();
    const progress = koffi.register((fraction: number) => {
      work.report?.('loading the model', fraction);
      return work.signal?.aborted !== true;
    }, progressCallback);
    try {
      const params = {
        ...c.llama_model_default_params(),
        use_extra_bufts: repack,
        progress_callback: progress,
      };
      const pointer = await onThread(c.llama_model_load_from_file, path, params);
      if (pointer !== null) return new Model(runtime, path, pointer);
    } finally {
      koffi.unregister(progress);
    }
    if (work.signal?.aborted) throw new CancelledError('Loading the model');
    throw whyNotLoaded(path, runtime.takeComplaints());
  }
}
