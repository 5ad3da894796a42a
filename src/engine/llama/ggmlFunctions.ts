import { c, type Maybe, type Memory } from './declare.ts';
import type { Libraries, Pointer } from './library.ts';

/** The functions of ggml that the engine calls, but for those that add a node to a graph (graphFunctions.ts). */
export function bindGgml({ ggmlBase: base, ggml }: Pick<Libraries, 'ggmlBase' | 'ggml'>) {
  return {
    // devices and backends
    ggml_backend_load_all_from_path: c<(folder: string) => void>(
      ggml,
      'void ggml_backend_load_all_from_path(const char*)',
    ),
    ggml_backend_load: c<(file: string) => Maybe>(ggml, 'void* ggml_backend_load(const char*)'),
    ggml_backend_register: c<(registry: Pointer) => void>(ggml, 'void ggml_backend_register(void*)'),
    ggml_threadpool_params_init: c<(params: Uint8Array, threads: number) => void>(
      base,
      'void ggml_threadpool_params_init(void*, int)',
    ),
    ggml_backend_dev_count: c<() => number>(ggml, 'size_t ggml_backend_dev_count()'),
    ggml_backend_dev_get: c<(index: number) => Pointer>(ggml, 'void* ggml_backend_dev_get(size_t)'),
    ggml_backend_dev_by_type: c<(type: number) => Maybe>(ggml, 'void* ggml_backend_dev_by_type(int)'),
    ggml_backend_dev_type: c<(device: Pointer) => number>(base, 'int ggml_backend_dev_type(void*)'),
    ggml_backend_dev_name: c<(device: Pointer) => string>(base, 'const char* ggml_backend_dev_name(void*)'),
    ggml_backend_dev_description: c<(device: Pointer) => string>(
      base,
      'const char* ggml_backend_dev_description(void*)',
    ),
    ggml_backend_dev_memory: c<(device: Pointer, free: BigUint64Array, total: BigUint64Array) => void>(
      base,
      'void ggml_backend_dev_memory(void*, void*, void*)',
    ),
    ggml_backend_dev_init: c<(device: Pointer, params: string | null) => Maybe>(
      base,
      'void* ggml_backend_dev_init(void*, const char*)',
    ),
    ggml_backend_dev_backend_reg: c<(device: Pointer) => Pointer>(
      base,
      'void* ggml_backend_dev_backend_reg(void*)',
    ),
    ggml_backend_dev_supports_op: c<(device: Pointer, op: Pointer) => boolean>(
      base,
      'bool ggml_backend_dev_supports_op(void*, void*)',
    ),
    ggml_backend_reg_get_proc_address: c<(registry: Pointer, name: string) => Maybe>(
      base,
      'void* ggml_backend_reg_get_proc_address(void*, const char*)',
    ),
    ggml_backend_free: c<(backend: Pointer) => void>(base, 'void ggml_backend_free(void*)'),
    ggml_backend_get_default_buffer_type: c<(backend: Pointer) => Pointer>(
      base,
      'void* ggml_backend_get_default_buffer_type(void*)',
    ),
    ggml_backend_buft_name: c<(type: Pointer) => string>(base, 'const char* ggml_backend_buft_name(void*)'),
    ggml_backend_buft_alloc_buffer: c<(type: Pointer, size: number) => Maybe>(
      base,
      'void* ggml_backend_buft_alloc_buffer(void*, size_t)',
    ),
    ggml_backend_alloc_ctx_tensors_from_buft: c<(context: Pointer, type: Pointer) => Maybe>(
      base,
      'void* ggml_backend_alloc_ctx_tensors_from_buft(void*, void*)',
    ),
    ggml_backend_buffer_free: c<(buffer: Pointer) => void>(base, 'void ggml_backend_buffer_free(void*)'),
    ggml_backend_buffer_get_size: c<(buffer: Pointer) => number>(
      base,
      'size_t ggml_backend_buffer_get_size(void*)',
    ),
    ggml_backend_tensor_get: c<(tensor: Pointer, to: Memory, offset: number, size: number) => void>(
      base,
      'void ggml_backend_tensor_get(void*, void*, size_t, size_t)',
    ),
    ggml_backend_tensor_set: c<(tensor: Pointer, from: Memory, offset: number, size: number) => void>(
      base,
      'void ggml_backend_tensor_set(void*, void*, size_t, size_t)',
    ),
    ggml_backend_sched_new: c<
      (
        backends: BigUint64Array,
        bufferTypes: null,
        count: number,
        graphSize: number,
        parallel: boolean,
        opOffload: boolean,
      ) => Maybe
    >(base, 'void* ggml_backend_sched_new(void*, void*, int, size_t, bool, bool)'),
    ggml_backend_sched_free: c<(sched: Pointer) => void>(base, 'void ggml_backend_sched_free(void*)'),
    ggml_backend_sched_alloc_graph: c<(sched: Pointer, graph: Pointer) => boolean>(
      base,
      'bool ggml_backend_sched_alloc_graph(void*, void*)',
    ),
    ggml_backend_sched_graph_compute: c<(sched: Pointer, graph: Pointer) => number>(
      base,
      'int ggml_backend_sched_graph_compute(void*, void*)',
    ),

    // tensors and graphs
    ggml_init: c<(params: { mem_size: number; mem_buffer: null; no_alloc: boolean }) => Maybe>(
      base,
      'void* ggml_init(ggml_init_params)',
    ),
    ggml_free: c<(context: Pointer) => void>(base, 'void ggml_free(void*)'),
    ggml_tensor_overhead: c<() => number>(base, 'size_t ggml_tensor_overhead()'),
    ggml_graph_overhead_custom: c<(size: number, grads: boolean) => number>(
      base,
      'size_t ggml_graph_overhead_custom(size_t, bool)',
    ),
    ggml_new_graph_custom: c<(context: Pointer, size: number, grads: boolean) => Pointer>(
      base,
      'void* ggml_new_graph_custom(void*, size_t, bool)',
    ),
    ggml_build_forward_expand: c<(graph: Pointer, tensor: Pointer) => void>(
      base,
      'void ggml_build_forward_expand(void*, void*)',
    ),
    ggml_new_tensor: c<(context: Pointer, type: number, dims: number, ne: BigInt64Array) => Pointer>(
      base,
      'void* ggml_new_tensor(void*, int, int, void*)',
    ),
    ggml_set_name: c<(tensor: Pointer, name: string) => Pointer>(
      base,
      'void* ggml_set_name(void*, const char*)',
    ),
    ggml_set_output: c<(tensor: Pointer) => void>(base, 'void ggml_set_output(void*)'),
    ggml_nbytes: c<(tensor: Pointer) => number>(base, 'size_t ggml_nbytes(void*)'),
    ggml_op_name: c<(op: number) => string>(base, 'const char* ggml_op_name(int)'),
    ggml_type_name: c<(type: number) => string>(base, 'const char* ggml_type_name(int)'),
    ggml_blck_size: c<(type: number) => number>(base, 'int64_t ggml_blck_size(int)'),
    ggml_type_size: c<(type: number) => number>(base, 'size_t ggml_type_size(int)'),
    ggml_row_size: c<(type: number, ne: number) => number>(base, 'size_t ggml_row_size(int, int64_t)'),
    ggml_get_type_traits: c<(type: number) => Pointer>(base, 'void* ggml_get_type_traits(int)'),
    ggml_quantize_requires_imatrix: c<(type: number) => boolean>(
      base,
      'bool ggml_quantize_requires_imatrix(int)',
    ),
    ggml_quantize_chunk: c<
      (
        type: number,
        from: Memory,
        to: Memory,
        start: number,
        rows: number,
        perRow: number,
        imatrix: Float32Array | null,
      ) => number
    >(base, 'size_t ggml_quantize_chunk(int, void*, void*, int64_t, int64_t, int64_t, void*)'),

    // the GGUF container
    gguf_init_empty: c<() => Pointer>(base, 'void* gguf_init_empty()'),
    gguf_init_from_file: c<(path: string, params: { no_alloc: boolean; ctx: null }) => Maybe>(
      base,
      'void* gguf_init_from_file(const char*, gguf_init_params)',
    ),
    gguf_free: c<(context: Pointer) => void>(base, 'void gguf_free(void*)'),
    gguf_set_kv: c<(context: Pointer, from: Pointer) => void>(base, 'void gguf_set_kv(void*, void*)'),
    gguf_remove_key: c<(context: Pointer, key: string) => number>(
      base,
      'int64_t gguf_remove_key(void*, const char*)',
    ),
    gguf_set_val_u32: c<(context: Pointer, key: string, value: number) => void>(
      base,
      'void gguf_set_val_u32(void*, const char*, uint32)',
    ),
    gguf_set_val_f32: c<(context: Pointer, key: string, value: number) => void>(
      base,
      'void gguf_set_val_f32(void*, const char*, float)',
    ),
    gguf_set_val_bool: c<(context: Pointer, key: string, value: boolean) => void>(
      base,
      'void gguf_set_val_bool(void*, const char*, bool)',
    ),
    gguf_set_val_str: c<(context: Pointer, key: string, value: string) => void>(
      base,
      'void gguf_set_val_str(void*, const char*, const char*)',
    ),
    gguf_set_arr_data: c<(context: Pointer, key: string, type: number, data: Memory, count: number) => void>(
      base,
      'void gguf_set_arr_data(void*, const char*, int, void*, size_t)',
    ),
    gguf_set_arr_str: c<(context: Pointer, key: string, data: string[], count: number) => void>(
      base,
      'void gguf_set_arr_str(void*, const char*, const char**, size_t)',
    ),
    gguf_add_tensor: c<(context: Pointer, tensor: Pointer) => void>(
      base,
      'void gguf_add_tensor(void*, void*)',
    ),
    gguf_get_meta_size: c<(context: Pointer) => number>(base, 'size_t gguf_get_meta_size(void*)'),
    gguf_get_meta_data: c<(context: Pointer, to: Memory) => void>(
      base,
      'void gguf_get_meta_data(void*, void*)',
    ),
  };
}
