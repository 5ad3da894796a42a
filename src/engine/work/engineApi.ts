import {
  type EngineEvents,
  type EngineMethod,
  type EngineParams,
  type EngineResults,
  engineMethods,
} from '../../protocol/engine.ts';
import type { Work } from './progress.ts';

/** `Work`, and where a method's events go: tokens as they are generated, steps as they are taken. */
export interface EngineWork<M extends EngineMethod> extends Work {
  readonly onEvent?: ((event: EngineEvents[M]) => void) | undefined;
}

export type EngineCall<M extends EngineMethod> = (
  params: EngineParams[M],
  work?: EngineWork<M>,
) => Promise<EngineResults[M]>;

/** The engine as its callers see it: in their own process, or behind the child process. */
export type EngineApi = { readonly [M in EngineMethod]: EngineCall<M> };

/** An engine whose methods are all made alike: a client's, a test's. */
export function engineOf(make: <M extends EngineMethod>(method: M) => EngineCall<M>): EngineApi {
  const methods = Object.keys(engineMethods).map((name) => [name, make(name as EngineMethod)]);
  // keys are those of the contract, which `fromEntries` does not see
  return Object.fromEntries(methods) as EngineApi;
}
