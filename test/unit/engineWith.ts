import { InputError } from '../../src/engine/errors.ts';
import type { EngineApi } from '../../src/engine/work/engineApi.ts';
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
export function engineWith(methods: Partial<EngineApi>): EngineApi {
  return {
    info: absent,
    targets: absent,
    tokenize: absent,
    checkEdits: absent,
    load: absent,
    close: absent,
    importRecords: absent,
    edit: absent,
    measure: absent,
    evaluate: absent,
    probe: absent,
    logits: absent,
    activations: absent,
    neurons: absent,
    attention: absent,
    lens: absent,
    trace: absent,
    learnDefence: absent,
    defend: absent,
    bake: absent,
    review: absent,
    inspect: absent,
    redteam: absent,
    resist: absent,
    sign: absent,
    verify: absent,
    patchInfo: absent,
    reproduce: absent,
    proposeNeighbours: absent,
    proposeParaphrases: absent,
    apply: absent,
    revert: absent,
    generate: absent,
    ...methods,
  };
}
