import { InputError } from '../../src/engine/errors.ts';
import { type EngineApi, engineOf } from '../../src/engine/work/engineApi.ts';
import type { PatchInfo } from '../../src/protocol/patches.ts';

/** An adapter of which there is nothing to say. */
export const plainPatch: PatchInfo = {
  path: 'a.gguf',
  bytes: 1,
  architecture: 'llama',
  alpha: 1,
  tensors: [],
  description: null,
  warnings: [],
};

const absent = () => Promise.reject(new InputError('not part of this engine'));

/** An engine without llama.cpp that does only what it is given. */
export const engineWith = (methods: Partial<EngineApi>): EngineApi => ({
  ...engineOf(() => absent),
  ...methods,
});
