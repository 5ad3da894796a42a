import type { GgmlType } from '../../protocol/gguf.ts';
import { GGML_TYPES } from '../gguf/types.ts';

/** A number format of safetensors. */
export interface Dtype {
  readonly name: string;
  readonly bits: number;
  /** As what the values are handed on; undefined for formats that hold no weights of a language model. */
  readonly type: GgmlType | undefined;
}

const ggml = (id: number): GgmlType => {
  const type = GGML_TYPES.get(id);
  if (type === undefined) throw new Error(`ggml has no type ${id}`);
  return type;
};

/** Floats of 8 bits, which ggml does not know, are handed on as F32 under their own name: by it rounding is judged. */
const float8 = (name: string): GgmlType => ({ ...ggml(0), name });

const [f32, f16, bf16] = [ggml(0), ggml(1), ggml(30)];

/** `[name, bits, type]`, all that the format defines. Source: `Dtype` in safetensors/src/tensor.rs. */
const rows = [
  ['BOOL', 8],
  ['F4', 4],
  ['F6_E2M3', 6],
  ['F6_E3M2', 6],
  ['U8', 8],
  ['I8', 8],
  ['F8_E5M2', 8, float8('f8_e5m2')],
  ['F8_E4M3', 8, float8('f8_e4m3')],
  ['F8_E8M0', 8],
  ['F8_E4M3FNUZ', 8],
  ['F8_E5M2FNUZ', 8],
  ['I16', 16],
  ['U16', 16],
  ['F16', 16, f16],
  ['BF16', 16, bf16],
  ['I32', 32],
  ['U32', 32],
  ['F32', 32, f32],
  ['C64', 64],
  // more digits than F32 has are no part of what any GGUF holds
  ['F64', 64, f32],
  ['I64', 64],
  ['U64', 64],
] as const;

export const DTYPES: ReadonlyMap<string, Dtype> = new Map(
  rows.map(([name, bits, type]) => [name, { name, bits, type }]),
);

/** How bytes of no weights are handed on: each as it is. */
export const plainBytes = ggml(24);
