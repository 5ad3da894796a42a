import type { CausalTrace } from '../../protocol/causalTrace.ts';
import type { EngineParams } from '../../protocol/engine.ts';
import { locate } from '../editing/keys/lookup.ts';
import { causalTrace } from '../inspection/causalTrace.ts';
import { around } from '../inspection/subject.ts';
import { tokenSpans } from '../inspection/tokenSpans.ts';
import { usualWindow } from '../inspection/traceWindow.ts';
import type { Work } from '../work/progress.ts';
import type { LoadedModel } from './loadedModel.ts';
import { promptOf } from './promptOf.ts';

/** ROME's. */
const usualSamples = 10;

/** Runs that go into one decode. */
const together = 64;

/** Traces where a prompt's answer is read, with the patches that are asked for, or that are on. */
export async function traceCauses(
  loaded: LoadedModel,
  { patches, samples = usualSamples, window, subject, occurrence, ...asked }: EngineParams['trace'],
  work: Work,
): Promise<CausalTrace> {
  const { model } = loaded;
  const fact = { prompt: promptOf(asked), subject, occurrence };
  const { lookup } = locate(model, fact);
  const start = Buffer.byteLength(around(fact)[0], 'utf8');
  const spans = tokenSpans(model, fact.prompt);
  const first = spans.findIndex(({ end }) => end > start);
  const on = await loaded.adapters(patches ?? loaded.applied, work);
  const most = Math.min(model.contextLength, together * spans.length);
  const context = loaded.tapped(Math.max(spans.length, most));
  context.setAdapters(on);
  return await causalTrace(
    context,
    spans,
    { first: Math.min(first, lookup), last: lookup },
    { samples, window: window ?? usualWindow(model.layers) },
    work,
  );
}
