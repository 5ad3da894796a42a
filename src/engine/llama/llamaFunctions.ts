import { c, type Maybe, type Memory } from './declare.ts';
import type { Libraries, Pointer } from './library.ts';

export type ModelParams = Record<string, number | boolean | Pointer | null>;
export interface Batch {
  n_tokens: number;
  token: Memory;
  embd: null;
  pos: Memory;
  n_seq_id: Memory;
  seq_id: Memory;
  logits: Memory;
}

/** The functions of llama.cpp itself that the engine calls. */
export function bindLlama({ llama }: Pick<Libraries, 'llama'>) {
  return {
    llama_version: c<() => string>(llama, 'const char* llama_version()'),
    llama_backend_init: c<() => void>(llama, 'void llama_backend_init()'),
    llama_log_set: c<(callback: Pointer, data: null) => void>(llama, 'void llama_log_set(void*, void*)'),
    llama_model_default_params: c<() => ModelParams>(
      llama,
      'llama_model_params llama_model_default_params()',
    ),
    llama_context_default_params: c<() => ModelParams>(
      llama,
      'llama_context_params llama_context_default_params()',
    ),
    llama_model_quantize_default_params: c<() => ModelParams>(
      llama,
      'llama_model_quantize_params llama_model_quantize_default_params()',
    ),
    llama_model_quantize: c<(from: string, to: string, params: ModelParams) => number>(
      llama,
      'uint32 llama_model_quantize(const char*, const char*, const llama_model_quantize_params*)',
    ),
    llama_model_load_from_file: c<(path: string, params: ModelParams) => Maybe>(
      llama,
      'void* llama_model_load_from_file(const char*, llama_model_params)',
    ),
    llama_model_free: c<(model: Pointer) => void>(llama, 'void llama_model_free(void*)'),
    llama_model_get_vocab: c<(model: Pointer) => Pointer>(llama, 'void* llama_model_get_vocab(void*)'),
    llama_model_n_ctx_train: c<(model: Pointer) => number>(llama, 'int32 llama_model_n_ctx_train(void*)'),
    llama_model_n_embd: c<(model: Pointer) => number>(llama, 'int32 llama_model_n_embd(void*)'),
    llama_model_n_layer: c<(model: Pointer) => number>(llama, 'int32 llama_model_n_layer(void*)'),
    llama_model_n_params: c<(model: Pointer) => number>(llama, 'uint64 llama_model_n_params(void*)'),
    llama_model_is_recurrent: c<(model: Pointer) => boolean>(llama, 'bool llama_model_is_recurrent(void*)'),
    llama_model_is_hybrid: c<(model: Pointer) => boolean>(llama, 'bool llama_model_is_hybrid(void*)'),
    llama_model_has_encoder: c<(model: Pointer) => boolean>(llama, 'bool llama_model_has_encoder(void*)'),
    llama_model_chat_template: c<(model: Pointer, name: null) => string | null>(
      llama,
      'const char* llama_model_chat_template(void*, const char*)',
    ),
    llama_init_from_model: c<(model: Pointer, params: ModelParams) => Maybe>(
      llama,
      'void* llama_init_from_model(void*, llama_context_params)',
    ),
    llama_free: c<(context: Pointer) => void>(llama, 'void llama_free(void*)'),
    llama_attach_threadpool: c<(context: Pointer, pool: Pointer, batchPool: Pointer) => void>(
      llama,
      'void llama_attach_threadpool(void*, void*, void*)',
    ),
    llama_get_memory: c<(context: Pointer) => Pointer>(llama, 'void* llama_get_memory(void*)'),
    llama_memory_clear: c<(memory: Pointer, data: boolean) => void>(
      llama,
      'void llama_memory_clear(void*, bool)',
    ),
    llama_memory_seq_rm: c<(memory: Pointer, sequence: number, from: number, to: number) => boolean>(
      llama,
      'bool llama_memory_seq_rm(void*, int32, int32, int32)',
    ),
    llama_memory_seq_cp: c<(memory: Pointer, from: number, to: number, start: number, end: number) => void>(
      llama,
      'void llama_memory_seq_cp(void*, int32, int32, int32, int32)',
    ),
    llama_decode: c<(context: Pointer, batch: Batch) => number>(
      llama,
      'int32 llama_decode(void*, llama_batch)',
    ),
    llama_get_logits_ith: c<(context: Pointer, index: number) => Maybe>(
      llama,
      'void* llama_get_logits_ith(void*, int32)',
    ),
    llama_adapter_lora_init: c<(model: Pointer, path: string) => Maybe>(
      llama,
      'void* llama_adapter_lora_init(void*, const char*)',
    ),
    llama_adapter_lora_free: c<(adapter: Pointer) => void>(llama, 'void llama_adapter_lora_free(void*)'),
    llama_set_adapters_lora: c<
      (context: Pointer, adapters: BigUint64Array, count: number, scales: Float32Array) => number
    >(llama, 'int32 llama_set_adapters_lora(void*, void*, size_t, void*)'),
    llama_vocab_n_tokens: c<(vocab: Pointer) => number>(llama, 'int32 llama_vocab_n_tokens(void*)'),
    llama_vocab_bos: c<(vocab: Pointer) => number>(llama, 'int32 llama_vocab_bos(void*)'),
    llama_vocab_eos: c<(vocab: Pointer) => number>(llama, 'int32 llama_vocab_eos(void*)'),
    llama_vocab_get_add_bos: c<(vocab: Pointer) => boolean>(llama, 'bool llama_vocab_get_add_bos(void*)'),
    llama_vocab_is_eog: c<(vocab: Pointer, token: number) => boolean>(
      llama,
      'bool llama_vocab_is_eog(void*, int32)',
    ),
    llama_vocab_is_control: c<(vocab: Pointer, token: number) => boolean>(
      llama,
      'bool llama_vocab_is_control(void*, int32)',
    ),
    llama_tokenize: c<
      (
        vocab: Pointer,
        text: Uint8Array,
        length: number,
        tokens: Int32Array,
        room: number,
        addSpecial: boolean,
        parseSpecial: boolean,
      ) => number
    >(llama, 'int32 llama_tokenize(void*, void*, int32, void*, int32, bool, bool)'),
    llama_token_to_piece: c<
      (
        vocab: Pointer,
        token: number,
        to: Uint8Array,
        room: number,
        lstrip: number,
        special: boolean,
      ) => number
    >(llama, 'int32 llama_token_to_piece(void*, int32, void*, int32, int32, bool)'),
  };
}
