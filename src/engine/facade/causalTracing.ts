import type { CausalTrace } from '../../protocol/causalTrace.ts';
import type { EngineParams } from '../../protocol/engine.ts';
import { causalTrace } from '../inspection/causalTrace.ts';
import { ProbeContext } from '../inspection/probeContext.ts';
import { usualWindow } from '../inspection/traceWindow.ts';
import type { Work } from '../work/progress.ts';
import type { LoadedModel } from './loadedModel.ts';
import { promptOf } from './promptOf.ts';
import { subjectTokens } from './subjectTokens.ts';

/** ROME's. */
const usualSamples = 10;

/** Runs that go into one decode. */
const together = 128;
/** Tokens of one decode that keep a processor's products busy; more would read each other's masked cache. */
const busy = 192;

/** Traces where a prompt's answer is read, with the patches that are asked for, or that are on. */
export async function traceCauses(
  loaded: LoadedModel,
  { patches, samples = usualSamples, window, subject, occurrence, ...asked }: EngineParams['trace'],
  work: Work,
): Promise<CausalTrace> {
  const { model } = loaded;
  const fact = { prompt: promptOf(asked), subject, occurrence };
  const { spans, subject: span } = subjectTokens(model, fact);
  const on = await loaded.adapters(patches ?? loaded.applied, work);
  const { length } = spans;
  loaded.expectRoom(length);
  using context = new ProbeContext(model, {
    size: length + Math.max(length, busy),
    sequences: together + 1,
    outputs: Math.max(length, together + 1),
    threads: loaded.threads,
    tapped: true,
  });
  context.setAdapters(on);
  return await causalTrace(
    context,
    spans,
    span,
    { samples, window: window ?? usualWindow(model.layers) },
    work,
  );
}
