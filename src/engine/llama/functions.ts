import { c, type Memory } from './declare.ts';
import { bindGgml } from './ggmlFunctions.ts';
import type { Libraries, Pointer } from './library.ts';
import { bindLlama } from './llamaFunctions.ts';

/** The functions of llama.cpp, ggml and the C library that the engine calls, under their own names. */
export type Functions = ReturnType<typeof bindFunctions>;

export function bindFunctions(libraries: Libraries) {
  const { c: libc } = libraries;
  return {
    // the C library: reading native memory, and strlen as an abort callback (see cancel.ts)
    memcpy: c<(to: Memory, from: Memory, size: number) => Pointer>(
      libc,
      'void* memcpy(void*, void*, size_t)',
    ),
    strlen: libc.symbol('strlen') as Pointer,
    ...bindGgml(libraries),
    ...bindLlama(libraries),
  };
}
