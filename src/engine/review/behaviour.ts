import type { Prompt } from '../../protocol/chat.ts';
import type { Probe } from '../../protocol/probe.ts';
import type { Behaviour } from '../../protocol/review.ts';
import { EngineError } from '../errors.ts';
import { measureDrift } from '../inspection/drift.ts';
import { compareReadings, type ProbeReading, readProbes } from '../inspection/locality.ts';
import { klDivergence } from '../inspection/nextToken.ts';
import type { ProbeContext } from '../inspection/probeContext.ts';
import type { Adapter } from '../llama/adapter.ts';
import { phases, type Work } from '../work/progress.ts';

/** Two models of one vocabulary, ready to be read. */
export interface BothModels {
  readonly base: ProbeContext;
  readonly candidate: ProbeContext;
}

/**
 * How the candidate answers where the base answered before: probes, and drift on control text.
 *
 * @throws EngineError where a model answers with what are no numbers
 */
export async function compareBehaviour(
  { base, candidate }: BothModels,
  probes: readonly Probe[],
  work: Work = {},
): Promise<Behaviour> {
  const [first, second, third] = phases(work, [1, 1, 2]);
  const before = await readProbes(base, probes, first);
  const after = await readProbes(candidate, probes, second);
  const drift = await measureDrift(base, () => {}, { ...third, other: candidate });
  const compared = compareReadings(before, after);
  if (![drift.meanKl, ...compared.map(({ kl }) => kl)].every(Number.isFinite)) {
    throw new EngineError('Its answers, or those of the base, are not finite numbers.');
  }
  return { probes: compared, drift };
}

/** What a model says next after each prompt, with a patch on or as it is. */
export async function answersTo(
  context: ProbeContext,
  prompts: readonly Prompt[],
  adapter: Adapter | undefined,
  work: Work,
): Promise<ProbeReading[]> {
  const probes = prompts.map((prompt): Probe => ({ edit: 'reversal', kind: 'text', prompt, origin: 'tool' }));
  context.setAdapters(adapter === undefined ? [] : [{ adapter, strength: 1 }]);
  const readings = await readProbes(context, probes, { ...work, top: 1 });
  context.setAdapters([]);
  return readings;
}

/** How close answers come to the base's: the share with its likeliest token, and the mean KL(base ‖ other) in nats. */
export function closeness(
  base: readonly ProbeReading[],
  other: readonly ProbeReading[],
): { readonly restored: number; readonly kl: number } {
  const kl = base.map(({ next }, index) => klDivergence(next, other[index]?.next ?? next));
  const same = base.filter(({ reading }, index) => reading.top[0]?.id === other[index]?.reading.top[0]?.id);
  return { restored: same.length / base.length, kl: kl.reduce((sum, value) => sum + value, 0) / base.length };
}
