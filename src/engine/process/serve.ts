import type { BirpcReturn } from 'birpc';
import {
  type EngineMethod,
  type EngineParams,
  type EngineResults,
  engineMethods,
} from '../../protocol/engine.ts';
import { answering } from '../../rpc/answering.ts';
import { type Channel, connectEnds } from '../../rpc/channel.ts';
import type { Answers } from '../../rpc/wire.ts';
import { InputError } from '../errors.ts';
import { complaintsAbout } from '../json/complaints.ts';
import { pathName } from '../json/json.ts';
import type { EngineApi, EngineWork } from '../work/engineApi.ts';
import type { ParentFunctions } from './parentFunctions.ts';

export type Parent = BirpcReturn<ParentFunctions, Answers>;

/** Answers the parent's calls. Every request is checked before the engine sees it. */
export function serve(engine: EngineApi, channel: Channel): Parent {
  const { functions } = answering(
    (method, params, work) => dispatch(engine, known(method), params, work),
    () => parent,
  );
  const parent: Parent = connectEnds<ParentFunctions, Answers>(functions, channel);
  return parent;
}

/** @throws InputError when the engine has no such method */
function known(method: string): EngineMethod {
  if (isMethod(method)) return method;
  throw new InputError(`The engine has no method "${method}".`);
}

const isMethod = (name: string): name is EngineMethod => Object.hasOwn(engineMethods, name);

const checks: { readonly [M in EngineMethod]: { readonly params: Check<EngineParams[M]> } } = engineMethods;

interface Check<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

/** @throws InputError when the parameters are not as described */
async function dispatch<M extends EngineMethod>(
  engine: EngineApi,
  method: M,
  params: unknown,
  work: EngineWork<M>,
): Promise<EngineResults[M]> {
  const checked = checks[method].params.safeParse(params);
  if (checked.success) return engine[method](checked.data, work);
  const complaints = complaintsAbout(engineMethods[method].params, params);
  const says = complaints.map(({ path, message }) => `${pathName(path)} ${message}`.trim()).join('; ');
  throw new InputError(`The call of "${method}" is wrong: ${says}.`);
}
