import type { KoffiFunc, LibraryHandle } from 'koffi';
import type { Pointer } from './library.ts';
import './structs.ts';

export type Maybe = Pointer | null;
/** Native memory as llama.cpp sees it: an address, or a typed array that JavaScript keeps alive for the call. */
export type Memory = Pointer | NodeJS.TypedArray;

/** Types a C declaration; the C text and the TypeScript type stand side by side and must agree. */
export function c<T extends (...args: never[]) => unknown>(
  library: LibraryHandle,
  declaration: string,
): KoffiFunc<(...args: Parameters<T>) => ReturnType<T>> {
  return library.func(declaration);
}
