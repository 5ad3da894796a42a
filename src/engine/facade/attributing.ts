import type { EngineParams } from '../../protocol/engine.ts';
import type { GradientAttribution } from '../../protocol/gradientAttribution.ts';
import { attributionPatching, gradientTimesActivation } from '../gradients/gradientAttribution.ts';
import { jacobianLens } from '../gradients/jacobianLens.ts';
import { StateGradients } from '../gradients/stateGradients.ts';
import { describeTokens } from '../inspection/activations.ts';
import { argmax } from '../inspection/nextToken.ts';
import { promptTokens, targetTokens } from '../inspection/targetTokens.ts';
import { TokenBatch } from '../llama/batch.ts';
import type { Applied } from '../llama/context.ts';
import { at } from '../numeric/at.ts';
import { phases, type Work } from '../work/progress.ts';
import type { LoadedModel } from './loadedModel.ts';
import { promptOf } from './promptOf.ts';
import { subjectTokens } from './subjectTokens.ts';

const usualSamples = 10;

/** Accounts for a prompt's answer by gradients, with the patches that are asked for, or that are on. */
export async function attributeAnswer(
  loaded: LoadedModel,
  params: EngineParams['attribute'],
  work: Work,
): Promise<GradientAttribution> {
  const { model, session } = loaded;
  const { subject, occurrence, samples = usualSamples, target, space, lens } = params;
  const prompt = promptOf(params);
  const span = subject === undefined ? null : subjectTokens(model, { prompt, subject, occurrence }).subject;
  const tokens = promptTokens(model, prompt);
  const firstOf = (text: string) => at(targetTokens(model, prompt, text, space), 0);
  const adapters = await loaded.adapters(params.patches ?? loaded.applied, work);
  const answer = target === undefined ? await likeliest(loaded, tokens, adapters, work) : firstOf(target);
  const [reading, fitting] = phases(work, [1, lens === undefined ? 0 : 4]);
  using states = await StateGradients.of(session, { sequences: [tokens], adapters }, reading);
  const found =
    span === null
      ? await gradientTimesActivation(states, answer, reading)
      : await attributionPatching(states, answer, span, samples, reading);
  const followed = [...new Set([answer, ...(lens ?? []).map(firstOf)])];
  return {
    tokens: describeTokens(model.tokenizer, tokens),
    layers: states.layers,
    answer: { id: answer, token: model.tokenizer.piece(answer) },
    ...found.account,
    lens:
      lens === undefined
        ? null
        : await jacobianLens(session, found.clean.residual, followed, adapters, fitting),
  };
}

async function likeliest(
  loaded: LoadedModel,
  tokens: readonly number[],
  adapters: readonly Applied[],
  { signal }: Work,
): Promise<number> {
  const context = loaded.reading(tokens.length);
  context.setAdapters(adapters);
  context.clear();
  await context.decode(new TokenBatch(TokenBatch.sequence(tokens)), signal);
  return argmax(context.next(tokens.length - 1).logits);
}
