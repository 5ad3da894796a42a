import koffi from 'koffi';

/**
 * The structs that llama.cpp v0.5.0 passes by value, field by field as in its headers (`llama.h`, `ggml.h`).
 * `verifyLayout` compares their defaults with known ones before anything else runs, and the version with `llamaVersion`.
 */

const pointer = 'void *';

koffi.struct('llama_model_params', {
  devices: pointer,
  tensor_buft_overrides: pointer,
  n_gpu_layers: 'int32',
  split_mode: 'int32',
  load_mode: 'int32',
  lazy_mode: 'int32',
  main_gpu: 'int32',
  tensor_split: pointer,
  progress_callback: pointer,
  progress_callback_user_data: pointer,
  kv_overrides: pointer,
  vocab_only: 'bool',
  check_tensors: 'bool',
  use_extra_bufts: 'bool',
  no_host: 'bool',
  no_alloc: 'bool',
  load_mtp: 'bool',
});

koffi.struct('llama_context_params', {
  n_ctx: 'uint32',
  n_batch: 'uint32',
  n_ubatch: 'uint32',
  n_seq_max: 'uint32',
  n_rs_seq: 'uint32',
  n_outputs_max: 'uint32',
  n_outputs_max_per_seq: 'uint32',
  n_threads: 'int32',
  n_threads_batch: 'int32',
  ctx_type: 'int32',
  rope_scaling_type: 'int32',
  pooling_type: 'int32',
  attention_type: 'int32',
  flash_attn_type: 'int32',
  rope_freq_base: 'float',
  rope_freq_scale: 'float',
  yarn_ext_factor: 'float',
  yarn_attn_factor: 'float',
  yarn_beta_fast: 'float',
  yarn_beta_slow: 'float',
  yarn_orig_ctx: 'uint32',
  defrag_thold: 'float',
  cb_eval: pointer,
  cb_eval_user_data: pointer,
  type_k: 'int32',
  type_v: 'int32',
  abort_callback: pointer,
  abort_callback_data: pointer,
  embeddings: 'bool',
  offload_kqv: 'bool',
  no_perf: 'bool',
  op_offload: 'bool',
  swa_full: 'bool',
  kv_unified: 'bool',
  samplers: pointer,
  n_samplers: 'size_t',
  ctx_other: pointer,
});

koffi.struct('llama_model_quantize_params', {
  nthread: 'int32',
  ftype: 'int32',
  output_tensor_type: 'int32',
  token_embedding_type: 'int32',
  allow_requantize: 'bool',
  quantize_output_tensor: 'bool',
  only_copy: 'bool',
  pure: 'bool',
  keep_split: 'bool',
  dry_run: 'bool',
  imatrix: pointer,
  kv_overrides: pointer,
  tt_overrides: pointer,
  prune_layers: pointer,
  max_buf_size: 'size_t',
});

koffi.struct('llama_batch', {
  n_tokens: 'int32',
  token: pointer,
  embd: pointer,
  pos: pointer,
  n_seq_id: pointer,
  seq_id: pointer,
  logits: pointer,
});

koffi.struct('ggml_init_params', { mem_size: 'size_t', mem_buffer: pointer, no_alloc: 'bool' });
koffi.struct('gguf_init_params', { no_alloc: 'bool', ctx: pointer });
koffi.struct('ggml_type_traits', {
  type_name: 'const char *',
  blck_size: 'int64_t',
  blck_size_interleave: 'int64_t',
  type_size: 'size_t',
  is_quantized: 'bool',
  to_float: pointer,
  from_float_ref: pointer,
});

/** bool (*)(ggml_tensor *, bool ask, void * user_data): llama.cpp's `cb_eval`. */
export const evalCallback = koffi.pointer(koffi.proto('bool palimpsest_eval(void *, bool, void *)'));
/** void (*)(ggml_log_level, const char *, void *). */
export const logCallback = koffi.pointer(koffi.proto('void palimpsest_log(int, const char *, void *)'));
/** bool (*)(float progress, void *): false stops the loading. */
export const progressCallback = koffi.pointer(koffi.proto('bool palimpsest_progress(float, void *)'));

/** What the by-value defaults must decode to; a difference means that the layout has moved. */
export const knownModelDefaults: Readonly<Record<string, number | boolean>> = {
  n_gpu_layers: -1,
  split_mode: 1,
  load_mode: -1,
  main_gpu: 0,
  vocab_only: false,
  check_tensors: false,
  use_extra_bufts: true,
  no_host: false,
  no_alloc: false,
};

export const knownQuantizeDefaults: Readonly<Record<string, number | boolean>> = {
  nthread: 0,
  ftype: 7,
  allow_requantize: false,
  quantize_output_tensor: true,
  only_copy: false,
  pure: false,
  keep_split: false,
  dry_run: false,
  max_buf_size: 8 * 2 ** 30,
};

export const knownContextDefaults: Readonly<Record<string, number | boolean>> = {
  n_ctx: 512,
  n_batch: 2048,
  n_ubatch: 512,
  n_seq_max: 1,
  rope_scaling_type: -1,
  pooling_type: -1,
  attention_type: -1,
  flash_attn_type: -1,
  yarn_ext_factor: -1,
  defrag_thold: -1,
  type_k: 1,
  type_v: 1,
  embeddings: false,
  offload_kqv: true,
  no_perf: true,
  op_offload: true,
  swa_full: true,
  kv_unified: false,
};
