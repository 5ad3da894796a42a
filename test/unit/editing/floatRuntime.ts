import type { Runtime } from '../../../src/engine/llama/runtime.ts';

/** As much of llama.cpp as reading and writing F32 needs. */
export const floatRuntime = {
  c: { ggml_row_size: (_: number, elements: number) => 4 * elements },
} as unknown as Runtime;
