import type { Probe } from '../../protocol/probe.ts';
import type { Behaviour, Reversal } from '../../protocol/review.ts';
import { measureDrift } from '../inspection/drift.ts';
import { compareReadings, readProbes } from '../inspection/locality.ts';
import { klDivergence } from '../inspection/nextToken.ts';
import type { ProbeContext } from '../inspection/probeContext.ts';
import type { Adapter } from '../llama/adapter.ts';
import { phases, type Work } from '../progress.ts';

/** Two models of one vocabulary, ready to be read. */
export interface BothModels {
  readonly base: ProbeContext;
  readonly candidate: ProbeContext;
}

/** How the candidate answers where the base answered before: probes, and drift on control text. */
export async function compareBehaviour(
  { base, candidate }: BothModels,
  probes: readonly Probe[],
  work: Work = {},
): Promise<Behaviour> {
  const [first, second, third] = phases(work, [1, 1, 2]);
  const before = await readProbes(base, probes, first);
  const after = await readProbes(candidate, probes, second);
  const drift = await measureDrift(base, () => {}, { ...third, other: candidate });
  return { probes: compareReadings(before, after), drift };
}

/** What the reversal patch brings back, on these prompts: the base's likeliest token, and its whole distribution. */
export async function measureReversal(
  { base, candidate }: BothModels,
  adapter: Adapter,
  prompts: readonly string[],
  work: Work = {},
): Promise<Omit<NonNullable<Reversal['measured']>, 'noise'>> {
  const probes = prompts.map((prompt): Probe => ({ edit: 'reversal', kind: 'text', prompt }));
  const wanted = await readProbes(base, probes, { ...work, top: 1 });
  const before = await readProbes(candidate, probes, { ...work, top: 1 });
  candidate.setAdapters([{ adapter, strength: 1 }]);
  const after = await readProbes(candidate, probes, { ...work, top: 1 });
  candidate.setAdapters([]);
  const mean = (readings: typeof after) =>
    wanted.reduce((sum, { next }, index) => sum + klDivergence(next, readings[index]?.next ?? next), 0) /
    wanted.length;
  const same = wanted.filter(({ reading }, index) => reading.top[0]?.id === after[index]?.reading.top[0]?.id);
  return {
    probes: probes.length,
    restored: same.length / probes.length,
    klBefore: mean(before),
    klAfter: mean(after),
  };
}
