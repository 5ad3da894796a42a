import { InputError } from '../../engine/errors.ts';
import { kindOf } from '../../engine/gguf/kind.ts';
import { unloadable } from '../../engine/gguf/llamaDemands/loadable.ts';
import type { ProblemOf } from './headerFile.ts';

/** Why llama.cpp could not take as a model what can be read as a file; of adapters the view tells by itself. */
export const loadProblem: ProblemOf = async (files, work, open) => {
  if (kindOf(files.header) === 'adapter') return null;
  try {
    return (await unloadable(files, work, open)) ?? null;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
};
