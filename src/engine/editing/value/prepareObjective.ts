import { EditObjective } from '../../autodiff/objective.ts';
import { type Factoring, MissingValueError } from '../../autodiff/twin.ts';
import type { Work } from '../../work/progress.ts';
import type { EditSession } from '../session/session.ts';
import type { Stopwatch } from '../session/stopwatch.ts';
import { type LayerTrace, traceLayer } from './layerTrace.ts';
import type { Rewriting } from './rewriting.ts';

/** Traces the prompts and builds the objective; once more where the first trace kept too little. */
export async function prepareObjective(
  session: EditSession,
  prompts: Rewriting,
  layer: number,
  clock: Stopwatch,
  work: Work,
  factoring?: Factoring,
): Promise<{ traced: LayerTrace; objective: EditObjective }> {
  const kept = new Set<number>();
  for (;;) {
    const traced = await traceLayer(session, prompts, layer, kept, work);
    clock.lap('keys');
    try {
      const objective = await EditObjective.create(
        session.devices,
        session.weights,
        traced.trace,
        traced.site,
        prompts.supervision,
        prompts.columns,
        traced.logits,
        work,
        factoring,
      );
      clock.lap('twin');
      return { traced, objective };
    } catch (error) {
      if (!(error instanceof MissingValueError) || kept.has(error.index)) throw error;
      kept.add(error.index);
    }
  }
}
