import type { EngineEvents, EngineMethod, EngineParams, EngineResults } from '../../protocol/engine.ts';
import type { Work } from './progress.ts';

/** `Work`, and where a method's events go: tokens as they are generated, steps as they are taken. */
export interface EngineWork<M extends EngineMethod> extends Work {
  readonly onEvent?: ((event: EngineEvents[M]) => void) | undefined;
}

/** The engine as its callers see it: in their own process, or behind the child process. */
export type EngineApi = {
  readonly [M in EngineMethod]: (params: EngineParams[M], work?: EngineWork<M>) => Promise<EngineResults[M]>;
};
