import type { Lens } from '../../protocol/activations.ts';
import type { EngineParams, EngineResults } from '../../protocol/engine.ts';
import { quoted } from '../../text/visible.ts';
import { InputError } from '../errors.ts';
import { compareActivations, describeTokens } from '../inspection/activations.ts';
import { attentionPattern } from '../inspection/attention.ts';
import { generate } from '../inspection/generate.ts';
import { keyValuePairs } from '../inspection/keyValues.ts';
import { logitLens } from '../inspection/logitLens.ts';
import { klDivergence, type NextToken, topProbabilities } from '../inspection/nextToken.ts';
import { proposeNeighbours } from '../inspection/proposeNeighbours.ts';
import { proposeParaphrases } from '../inspection/proposeParaphrases.ts';
import { mapResidualStream } from '../inspection/residualMap.ts';
import { subjectSpan } from '../inspection/subject.ts';
import { promptTokens, targetTokens } from '../inspection/targetTokens.ts';
import { TokenBatch } from '../llama/batch.ts';
import type { Applied } from '../llama/context.ts';
import type { EngineWork } from '../work/engineApi.ts';
import type { Work } from '../work/progress.ts';
import { type LoadedModel, switchOf } from './loadedModel.ts';
import { promptOf } from './promptOf.ts';

/** What one prompt shows of a loaded model: without patches ("before"), and with those that are asked for ("after"). */

type On = Pick<EngineParams['probe'], 'patches'>;

const afterOf = (loaded: LoadedModel, { patches }: On, work: Work) =>
  loaded.adapters(patches ?? loaded.applied, work);

export async function probe(
  loaded: LoadedModel,
  params: EngineParams['probe'],
  work: Work,
): Promise<EngineResults['probe']> {
  const patches = await afterOf(loaded, params, work);
  const before = await predict(loaded, params, [], work.signal);
  const after = await predict(loaded, params, patches, work.signal);
  const top = (next: NextToken) => topProbabilities(next, params.top ?? 10, loaded.model.tokenizer);
  return { before: top(before), after: top(after), kl: klDivergence(before, after) };
}

export async function logits(
  loaded: LoadedModel,
  params: EngineParams['logits'],
  work: Work,
): Promise<Float32Array> {
  return (await predict(loaded, params, await afterOf(loaded, params, work), work.signal)).logits;
}

async function predict(
  loaded: LoadedModel,
  asked: Parameters<typeof promptOf>[0],
  patches: readonly Applied[],
  signal: AbortSignal | undefined,
): Promise<NextToken> {
  const tokens = promptTokens(loaded.model, promptOf(asked));
  const context = loaded.reading(tokens.length);
  context.setAdapters(patches);
  context.clear();
  await context.decode(new TokenBatch(TokenBatch.sequence(tokens)), signal);
  return context.next(tokens.length - 1);
}

export async function activations(
  loaded: LoadedModel,
  params: EngineParams['activations'],
  work: Work,
): Promise<EngineResults['activations']> {
  const tokens = promptTokens(loaded.model, promptOf(params));
  const context = loaded.tapped(tokens.length);
  const switchTo = switchOf(context, await afterOf(loaded, params, work));
  return await compareActivations(context, switchTo, tokens, work.signal);
}

export async function lens(
  loaded: LoadedModel,
  params: EngineParams['lens'],
  work: Work,
): Promise<EngineResults['lens']> {
  const tokens = promptTokens(loaded.model, promptOf(params));
  const options = {
    positions: (params.positions ?? [-1]).map((position) =>
      position < 0 ? tokens.length + position : position,
    ),
    targets: (params.targets ?? []).flatMap((text) =>
      targetTokens(loaded.model, promptOf(params), text, params.space).slice(0, 1),
    ),
    top: params.top ?? 5,
  };
  const context = loaded.tapped(Math.max(tokens.length, loaded.model.layers));
  const switchTo = switchOf(context, await afterOf(loaded, params, work));
  const read = async (state: 'before' | 'after'): Promise<Lens> => {
    switchTo(state);
    return await logitLens(context, await mapResidualStream(context), tokens, options, work.signal);
  };
  return { before: await read('before'), after: await read('after') };
}

export async function neurons(
  loaded: LoadedModel,
  params: EngineParams['neurons'],
  work: Work,
): Promise<EngineResults['neurons']> {
  const tokens = promptTokens(loaded.model, promptOf(params));
  const { layer, position } = params;
  if (layer >= loaded.model.layers || position >= tokens.length) {
    throw new InputError(
      `There is no layer ${layer} at token ${position}: the model has ${loaded.model.layers} layers, the prompt ${tokens.length} tokens.`,
    );
  }
  const context = loaded.tapped(tokens.length);
  const switchTo = switchOf(context, await afterOf(loaded, params, work));
  const wanted = { layer, position, count: params.top ?? 10, promoted: params.promoted ?? 5 };
  const pairs = await keyValuePairs(context, switchTo, tokens, wanted, work.signal);
  return { tokens: describeTokens(loaded.model.tokenizer, tokens), layer, position, pairs };
}

export async function attention(
  loaded: LoadedModel,
  params: EngineParams['attention'],
  work: Work,
): Promise<EngineResults['attention']> {
  const { layer, head } = params;
  const { layers, tokenizer } = loaded.model;
  if (layer >= layers) throw new InputError(`There is no layer ${layer}: the model has ${layers} layers.`);
  const tokens = promptTokens(loaded.model, promptOf(params));
  const side = Math.min(params.side ?? tokens.length, tokens.length);
  const context = loaded.tapped(tokens.length);
  const switchTo = switchOf(context, await afterOf(loaded, params, work));
  const read = async (state: 'before' | 'after') => {
    switchTo(state);
    return await attentionPattern(context, tokens, { layer, head, side }, work.signal);
  };
  const before = await read('before');
  const after = await read('after');
  return {
    tokens: describeTokens(tokenizer, tokens),
    layer,
    heads: before.heads,
    head: head ?? null,
    side,
    before: before.weights,
    after: after.weights,
  };
}

/** Generates with what is asked for alone; the text goes out piece by piece. */
export async function continuation(
  loaded: LoadedModel,
  params: EngineParams['generate'],
  { signal, onEvent, report }: EngineWork<'generate'>,
): Promise<EngineResults['generate']> {
  const { model } = loaded;
  const tokens = promptTokens(model, promptOf(params));
  const patches = await afterOf(loaded, params, { signal, report });
  const context = loaded.reading(tokens.length + params.maxTokens);
  context.setAdapters(patches);
  const [generated] = await generate(context, [tokens], {
    maxTokens: params.maxTokens,
    sampling: params.sampling,
    onText: (_, text) => onEvent?.({ text }),
    signal,
  });
  if (generated === undefined) throw new Error('nothing was generated');
  return { text: generated.text, tokens: generated.tokens.length, ended: generated.ended };
}

export async function neighbours(
  loaded: LoadedModel,
  { model: _, count = 5, ...fact }: EngineParams['proposeNeighbours'],
  work: Work,
): Promise<EngineResults['proposeNeighbours']> {
  const context = loaded.reading(0);
  context.setAdapters([]);
  const found = await proposeNeighbours(context, fact, { ...work, count });
  return { neighbours: [...found.neighbours], tried: found.tried };
}

export async function paraphrases(
  loaded: LoadedModel,
  { model: _, count = 5, ...fact }: EngineParams['proposeParaphrases'],
  work: Work,
): Promise<EngineResults['proposeParaphrases']> {
  if (subjectSpan(fact) === undefined) {
    throw new InputError(`The subject ${quoted(fact.subject)} is not in the prompt.`);
  }
  const context = loaded.reading(0);
  context.setAdapters([]);
  return await proposeParaphrases(context, fact, { ...work, count });
}
