import type { LibraryHandle } from 'koffi';
import type { Pointer } from './library.ts';

type P = Pointer;
/** A graph function takes the ggml context, tensors and numbers and returns the new tensor. */
type Op<A extends unknown[]> = (context: P, ...args: A) => P;

/** The functions that add a node to a graph, declared from their argument letters: t tensor, i int, f float, z size. */
export interface GraphFunctions {
  ggml_add: Op<[P, P]>;
  ggml_add_id: Op<[P, P, P]>;
  ggml_sub: Op<[P, P]>;
  ggml_mul: Op<[P, P]>;
  ggml_div: Op<[P, P]>;
  ggml_scale: Op<[P, number]>;
  ggml_scale_bias: Op<[P, number, number]>;
  ggml_sqr: Op<[P]>;
  ggml_sqrt: Op<[P]>;
  ggml_log: Op<[P]>;
  ggml_clamp: Op<[P, number, number]>;
  ggml_step: Op<[P]>;
  ggml_unary: Op<[P, number]>;
  ggml_tanh: Op<[P]>;
  ggml_exp: Op<[P]>;
  ggml_sigmoid: Op<[P]>;
  ggml_silu: Op<[P]>;
  ggml_silu_back: Op<[P, P]>;
  ggml_glu: Op<[P, number, boolean]>;
  ggml_glu_split: Op<[P, P, number]>;
  ggml_sum_rows: Op<[P]>;
  ggml_mean: Op<[P]>;
  ggml_repeat: Op<[P, P]>;
  ggml_repeat_back: Op<[P, P]>;
  ggml_fill: Op<[P, number]>;
  ggml_concat: Op<[P, P, number]>;
  ggml_norm: Op<[P, number]>;
  ggml_rms_norm: Op<[P, number]>;
  ggml_rms_norm_back: Op<[P, P, number]>;
  ggml_mul_mat: Op<[P, P]>;
  ggml_mul_mat_id: Op<[P, P, P]>;
  ggml_out_prod: Op<[P, P]>;
  ggml_soft_max: Op<[P]>;
  ggml_soft_max_ext: Op<[P, P | null, number, number]>;
  ggml_soft_max_add_sinks: (softMax: P, sinks: P) => void;
  ggml_soft_max_ext_back: Op<[P, P, number, number]>;
  ggml_rope_ext: Op<RopeArguments>;
  ggml_rope_ext_back: Op<RopeArguments>;
  ggml_argsort: Op<[P, number]>;
  ggml_argmax: Op<[P]>;
  ggml_get_rows: Op<[P, P]>;
  ggml_get_rows_back: Op<[P, P, P]>;
  ggml_set_rows: Op<[P, P, P]>;
  ggml_acc: Op<[P, P, number, number, number, number]>;
  ggml_cast: Op<[P, number]>;
  ggml_cpy: Op<[P, P]>;
  ggml_cont_4d: Op<[P, number, number, number, number]>;
  ggml_reshape_4d: Op<[P, number, number, number, number]>;
  ggml_view_4d: Op<[P, number, number, number, number, number, number, number, number]>;
  ggml_permute: Op<[P, number, number, number, number]>;
  ggml_transpose: Op<[P]>;
}

type RopeArguments = [P, P, P | null, number, number, number, number, number, number, number, number, number];

const letters: Record<string, string> = {
  t: 'void*',
  i: 'int',
  f: 'float',
  z: 'size_t',
  n: 'int64_t',
  b: 'bool',
};

export function bindGraphFunctions(library: LibraryHandle): GraphFunctions {
  const op = (name: string, args: string) =>
    library.func(`void* ${name}(${['void*', ...[...args].map((letter) => letters[letter])].join(', ')})`);
  return {
    ggml_add: op('ggml_add', 'tt'),
    ggml_add_id: op('ggml_add_id', 'ttt'),
    ggml_sub: op('ggml_sub', 'tt'),
    ggml_mul: op('ggml_mul', 'tt'),
    ggml_div: op('ggml_div', 'tt'),
    ggml_scale: op('ggml_scale', 'tf'),
    ggml_scale_bias: op('ggml_scale_bias', 'tff'),
    ggml_sqr: op('ggml_sqr', 't'),
    ggml_sqrt: op('ggml_sqrt', 't'),
    ggml_log: op('ggml_log', 't'),
    ggml_clamp: op('ggml_clamp', 'tff'),
    ggml_step: op('ggml_step', 't'),
    ggml_unary: op('ggml_unary', 'ti'),
    ggml_tanh: op('ggml_tanh', 't'),
    ggml_exp: op('ggml_exp', 't'),
    ggml_sigmoid: op('ggml_sigmoid', 't'),
    ggml_silu: op('ggml_silu', 't'),
    ggml_silu_back: op('ggml_silu_back', 'tt'),
    ggml_glu: op('ggml_glu', 'tib'),
    ggml_glu_split: op('ggml_glu_split', 'tti'),
    ggml_sum_rows: op('ggml_sum_rows', 't'),
    ggml_mean: op('ggml_mean', 't'),
    ggml_repeat: op('ggml_repeat', 'tt'),
    ggml_repeat_back: op('ggml_repeat_back', 'tt'),
    ggml_fill: op('ggml_fill', 'tf'),
    ggml_concat: op('ggml_concat', 'tti'),
    ggml_norm: op('ggml_norm', 'tf'),
    ggml_rms_norm: op('ggml_rms_norm', 'tf'),
    ggml_rms_norm_back: op('ggml_rms_norm_back', 'ttf'),
    ggml_mul_mat: op('ggml_mul_mat', 'tt'),
    ggml_mul_mat_id: op('ggml_mul_mat_id', 'ttt'),
    ggml_out_prod: op('ggml_out_prod', 'tt'),
    ggml_soft_max: op('ggml_soft_max', 't'),
    ggml_soft_max_ext: op('ggml_soft_max_ext', 'ttff'),
    ggml_soft_max_add_sinks: library.func('void ggml_soft_max_add_sinks(void*, void*)'),
    ggml_soft_max_ext_back: op('ggml_soft_max_ext_back', 'ttff'),
    ggml_rope_ext: op('ggml_rope_ext', 'tttiiiffffff'),
    ggml_rope_ext_back: op('ggml_rope_ext_back', 'tttiiiffffff'),
    ggml_argsort: op('ggml_argsort', 'ti'),
    ggml_argmax: op('ggml_argmax', 't'),
    ggml_get_rows: op('ggml_get_rows', 'tt'),
    ggml_get_rows_back: op('ggml_get_rows_back', 'ttt'),
    ggml_set_rows: op('ggml_set_rows', 'ttt'),
    ggml_acc: op('ggml_acc', 'ttzzzz'),
    ggml_cast: op('ggml_cast', 'ti'),
    ggml_cpy: op('ggml_cpy', 'tt'),
    ggml_cont_4d: op('ggml_cont_4d', 'tnnnn'),
    ggml_reshape_4d: op('ggml_reshape_4d', 'tnnnn'),
    ggml_view_4d: op('ggml_view_4d', 'tnnnnzzzz'),
    ggml_permute: op('ggml_permute', 'tiiii'),
    ggml_transpose: op('ggml_transpose', 't'),
  };
}
