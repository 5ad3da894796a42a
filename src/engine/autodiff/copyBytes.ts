import type { TensorInfo } from '../../protocol/gguf.ts';

export const q8_0Block = 32;
const q8_0Bytes = 34;
const f16Bytes = 2;
const f32Bytes = 4;

/** Bytes of a weight's transposed copy: F32 as it is, else Q8_0, or F16 where rows do not divide into its blocks. */
export function copyBytes({ ne, elements, type }: Pick<TensorInfo, 'ne' | 'elements' | 'type'>): number {
  if (type.name === 'f32') return elements * f32Bytes;
  return elements * ((ne[1] ?? 1) % q8_0Block === 0 ? q8_0Bytes / q8_0Block : f16Bytes);
}
