import type { FineTuneName } from '../../../protocol/methodKinds.ts';
import { promptTokens, targetTokens } from '../../inspection/targetTokens.ts';
import type { Work } from '../../work/progress.ts';
import { locate } from '../keys/lookup.ts';
import type { EditSession } from '../session/session.ts';
import type { ValuePlan } from '../value/editValue.ts';
import type { EditRequest } from '../value/rewriting.ts';
import type { ComputedEdit } from './computedEdit.ts';
import { type Lesson, trainWeight } from './trainWeight.ts';

export interface FineTunePlan extends Omit<ValuePlan, 'templates'> {
  readonly method: FineTuneName;
}

/**
 * Fine-tunes one down-projection on one fact, in the two ways that the literature compares with (EasyEdit's `ft`):
 * FT-L asks for every target token right after the prompt and keeps each weight within `fineTuneBound` of what it was;
 * FT-M asks for each target token after those before it, as one would, and bounds nothing.
 *
 * It cannot leave other facts alone by itself: nothing in its loss speaks of them, unless they are protected.
 */
export async function fineTune(
  session: EditSession,
  request: EditRequest,
  { layer, method, protect = [], hyperparameters, onStep }: FineTunePlan,
  work: Work = {},
): Promise<ComputedEdit> {
  const { model } = session;
  const { steps, stopBelow, fineTuneRate: rate, fineTuneBound } = hyperparameters;
  const { tokens, lookup } = locate(model, request);
  const wanted = targetTokens(model, request.prompt, request.target, request.space);
  const outputs = wanted.map((token) => ({ kind: 'target', token, weight: 1 / wanted.length }) as const);
  // a row of logits is held to one token, so FT-L reads the prompt once for each
  const taught: Lesson[] =
    method === 'ft-l'
      ? outputs.map((output) => ({ sequence: tokens, outputs: [output] }))
      : [{ sequence: [...tokens, ...wanted.slice(0, -1)], outputs }];
  const kept = protect.map((text): Lesson => {
    const weight = hyperparameters.protect / protect.length;
    return { sequence: promptTokens(model, text), outputs: [{ kind: 'keep', weight }] };
  });
  const bound = method === 'ft-l' ? fineTuneBound : undefined;
  const plan = { layer, steps, rate, stopBelow, bound, lookups: [lookup], onStep };
  const [trained] = await trainWeight(session, [...taught, ...kept], plan, work);
  if (trained === undefined) throw new Error('an edit that was not trained');
  return trained;
}
