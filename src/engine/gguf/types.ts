import type { GgmlType } from '../../protocol/gguf.ts';

/** `[id, name, elements per block, bytes per block]`, from ggml.c's `type_traits` and ggml-common.h's blocks. */
const ROWS = [
  [0, 'f32', 1, 4],
  [1, 'f16', 1, 2],
  [2, 'q4_0', 32, 18],
  [3, 'q4_1', 32, 20],
  [6, 'q5_0', 32, 22],
  [7, 'q5_1', 32, 24],
  [8, 'q8_0', 32, 34],
  [9, 'q8_1', 32, 36],
  [10, 'q2_K', 256, 84],
  [11, 'q3_K', 256, 110],
  [12, 'q4_K', 256, 144],
  [13, 'q5_K', 256, 176],
  [14, 'q6_K', 256, 210],
  [15, 'q8_K', 256, 292],
  [16, 'iq2_xxs', 256, 66],
  [17, 'iq2_xs', 256, 74],
  [18, 'iq3_xxs', 256, 98],
  [19, 'iq1_s', 256, 50],
  [20, 'iq4_nl', 32, 18],
  [21, 'iq3_s', 256, 110],
  [22, 'iq2_s', 256, 82],
  [23, 'iq4_xs', 256, 136],
  [24, 'i8', 1, 1],
  [25, 'i16', 1, 2],
  [26, 'i32', 1, 4],
  [27, 'i64', 1, 8],
  [28, 'f64', 1, 8],
  [29, 'iq1_m', 256, 56],
  [30, 'bf16', 1, 2],
  [34, 'tq1_0', 256, 54],
  [35, 'tq2_0', 256, 66],
  [39, 'mxfp4', 32, 17],
  [40, 'nvfp4', 64, 36],
  [41, 'q1_0', 128, 18],
  [42, 'q2_0', 64, 18],
] as const;

/** Types that ggml had once. The numbers from 31 on were given to others by forks: 36 is BitNet's I2_S. */
export const DROPPED_TYPES: ReadonlyMap<number, string> = new Map([
  [4, 'Q4_2'],
  [5, 'Q4_3'],
  [31, 'Q4_0_4_4'],
  [32, 'Q4_0_4_8'],
  [33, 'Q4_0_8_8'],
  [36, 'IQ4_NL_4_4'],
  [37, 'IQ4_NL_4_8'],
  [38, 'IQ4_NL_8_8'],
]);

/** Types whose numbers forks have given to types of their own before. */
export const NEWEST_TYPES: ReadonlySet<number> = new Set([39, 40, 41, 42]);

/** ggml's tensor types by their number in the file; those it dropped are absent. */
export const GGML_TYPES: ReadonlyMap<number, GgmlType> = new Map(
  ROWS.map(([id, name, blockSize, typeSize]) => [id, { id, name, blockSize, typeSize }]),
);

/** Intermediate types of ggml's products (Q8_1, Q8_K), integers and doubles: nothing can be multiplied with them. */
const NOT_MULTIPLIED: ReadonlySet<number> = new Set([9, 15, 24, 25, 26, 27, 28]);

/** Whether ggml has a product (`vec_dot` in ggml-cpu.c) with a matrix of this type. */
export const isMultiplied = ({ id }: Pick<GgmlType, 'id'>): boolean => !NOT_MULTIPLIED.has(id);

/** Bytes of a tensor with `ne` elements per dimension, as `ggml_nbytes`; `ne[0]` is whole blocks. */
export function tensorBytes(type: GgmlType, ne: readonly number[]): number {
  const elements = ne.reduce((product, n) => product * n, 1);
  return (elements / type.blockSize) * type.typeSize;
}

export interface Quantisation {
  /** Elements of all tensors. */
  readonly parameters: number;
  readonly bitsPerWeight: number;
  /** Per type, the largest share of the bytes first. */
  readonly mix: readonly {
    readonly type: string;
    readonly tensors: number;
    readonly parameters: number;
    readonly bytes: number;
  }[];
}

/** How many parameters there are, in which types. Bits per weight counts tensor data alone, without the header. */
export function quantisation(
  tensors: readonly {
    readonly type: { readonly name: string };
    readonly elements: number;
    readonly byteLength: number;
  }[],
): Quantisation {
  const byType = new Map<string, { type: string; tensors: number; parameters: number; bytes: number }>();
  for (const { type, elements, byteLength } of tensors) {
    const row = byType.get(type.name) ?? { type: type.name, tensors: 0, parameters: 0, bytes: 0 };
    row.tensors += 1;
    row.parameters += elements;
    row.bytes += byteLength;
    byType.set(type.name, row);
  }
  const mix = [...byType.values()].sort((a, b) => b.bytes - a.bytes);
  const parameters = mix.reduce((sum, row) => sum + row.parameters, 0);
  const bytes = mix.reduce((sum, row) => sum + row.bytes, 0);
  return { parameters, bitsPerWeight: parameters === 0 ? 0 : (8 * bytes) / parameters, mix };
}
