import { type BirpcReturn, createBirpc } from 'birpc';
import {
  type EngineMethod,
  type EngineParams,
  type EngineResults,
  engineMethods,
} from '../../protocol/engine.ts';
import type { HostFunctions, Outcome, ParentFunctions } from '../../protocol/rpc.ts';
import { InputError } from '../errors.ts';
import { complaintsAbout } from '../json/complaints.ts';
import { pathName } from '../json/json.ts';
import type { EngineApi, EngineWork } from '../work/engineApi.ts';
import { throttled } from './throttle.ts';
import { toWire } from './wireError.ts';

/** One end of a connection that carries structured clones. */
export interface Channel {
  post(message: unknown): void;
  on(listener: (message: unknown) => void): void;
}

export type Parent = BirpcReturn<ParentFunctions, HostFunctions>;

/** Answers the parent's calls. Every request is checked before the engine sees it. */
export function serve(engine: EngineApi, channel: Channel): Parent {
  const jobs = new Map<number, AbortController>();
  const functions: HostFunctions = {
    async call(job, method, params): Promise<Outcome> {
      const controller = new AbortController();
      jobs.set(job, controller);
      const work = {
        signal: controller.signal,
        report: throttled((stage, fraction) => void parent.progress.asEvent(job, stage, fraction)),
        warn: (text: string) => void parent.warn.asEvent(job, text),
        onEvent: (event: unknown) => void parent.event.asEvent(job, event),
      };
      try {
        return { done: true, value: await dispatch(engine, method, params, work) };
      } catch (error) {
        return { done: false, error: toWire(error) };
      } finally {
        jobs.delete(job);
      }
    },
    cancel(job) {
      jobs.get(job)?.abort();
    },
  };
  const parent: Parent = createBirpc<ParentFunctions, HostFunctions>(functions, { ...channel, timeout: -1 });
  return parent;
}

const checks: { readonly [M in EngineMethod]: { readonly params: Check<EngineParams[M]> } } = engineMethods;

interface Check<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

/** @throws InputError when the method is unknown or the parameters are not as described. */
async function dispatch<M extends EngineMethod>(
  engine: EngineApi,
  method: M,
  params: unknown,
  work: EngineWork<M>,
): Promise<EngineResults[M]> {
  if (!Object.hasOwn(engineMethods, method)) throw new InputError(`The engine has no method "${method}".`);
  const checked = checks[method].params.safeParse(params);
  if (checked.success) return engine[method](checked.data, work);
  const complaints = complaintsAbout(engineMethods[method].params, params);
  const says = complaints.map(({ path, message }) => `${pathName(path)} ${message}`.trim()).join('; ');
  throw new InputError(`The call of "${method}" is wrong: ${says}.`);
}
