import type { Probe, ProbeComparison, ProbeProtocol, Reading, TargetReading } from '../../protocol/probe.ts';
import { at } from '../numeric/at.ts';
import type { Work } from '../work/progress.ts';
import { klDivergence, logProbability, type NextToken, topProbabilities } from './nextToken.ts';
import type { ProbeContext } from './probeContext.ts';
import { type ContinuationScore, score } from './scoring.ts';

/** A probe read in one state of the model. The distribution stays in the engine: it is what KL needs. */
export interface ProbeReading {
  readonly probe: Probe;
  readonly reading: Reading;
  readonly next: NextToken;
}

/**
 * Reads probes under the adapters that are on. Readings of the base hold for every edit and can be kept: each holds
 * its logits, 4 bytes per token of the vocabulary.
 *
 * @param top how many of the likeliest next tokens each reading names.
 */
export async function readProbes(
  context: ProbeContext,
  probes: readonly Probe[],
  { top = 10, ...work }: Work & { readonly top?: number } = {},
): Promise<ProbeReading[]> {
  const requests = probes.map(({ prompt, targetNew, targetTrue, space }) => ({
    prompt,
    space,
    continuations: [targetNew, targetTrue].filter((target) => target !== undefined),
  }));
  const scores = await score(context, requests, work);
  return probes.flatMap((probe, index) => {
    const found = scores[index];
    if (found === undefined) return [];
    const targets = found.continuations.map((continuation) => readTarget(found.next, continuation));
    const likeliest = topProbabilities(found.next, top, context.model.tokenizer);
    const reading: Reading = {
      top: likeliest,
      new: probe.targetNew === undefined ? undefined : targets.shift(),
      true: probe.targetTrue === undefined ? undefined : targets.shift(),
    };
    return { probe, reading, next: found.next };
  });
}

function readTarget(next: NextToken, { tokens, nll, argmax, rank }: ContinuationScore): TargetReading {
  const total = nll.reduce((sum, value) => sum + value, 0);
  const right = tokens.filter((token, place) => token === argmax[place]).length;
  return {
    nll: total / tokens.length,
    total,
    meanP: Math.exp(-total / tokens.length),
    p: Math.exp(logProbability(next, at(tokens, 0))),
    rank,
    accuracy: right / tokens.length,
    argmax: [...argmax],
  };
}

/** Pairs readings of the same probes, in the same order, and judges each by the protocol of its kind. */
export function compareReadings(
  before: readonly ProbeReading[],
  after: readonly ProbeReading[],
): ProbeComparison[] {
  return after.map(({ probe, reading, next }, index) => {
    const base = before[index];
    if (base?.probe.prompt !== probe.prompt) throw new Error('the readings are not of the same probes');
    const protocol = protocolFor(probe);
    const passedBefore = judge(protocol, probe, base.reading, base.reading);
    const passedAfter = judge(protocol, probe, reading, base.reading);
    const sameToken = likeliest(base.reading) === likeliest(reading);
    return {
      probe,
      before: base.reading,
      after: reading,
      kl: klDivergence(base.next, next),
      agreement: agreement(base.reading, reading),
      protocol,
      passedBefore,
      passedAfter,
      changed: !sameToken || passedBefore !== passedAfter,
    };
  });
}

/**
 * The published rule that a probe of this kind is judged by, as far as its targets allow. Another fact of the subject
 * has nothing to do with the new target, so that being likelier than it says little: its answer must stay.
 */
export function protocolFor({
  kind,
  targetNew,
  targetTrue,
}: Pick<Probe, 'kind' | 'targetNew' | 'targetTrue'>): ProbeProtocol {
  if (kind === 'text') return 'none';
  if (kind === 'portability') return 'teacher-forced';
  if (kind === 'sameSubject') return 'unchanged';
  if (targetNew !== undefined && targetTrue !== undefined) return 'counterfact';
  return kind === 'efficacy' || kind === 'paraphrase' ? 'teacher-forced' : 'unchanged';
}

export function judge(
  protocol: ProbeProtocol,
  { kind }: Pick<Probe, 'kind'>,
  reading: Reading,
  base: Reading,
): boolean | null {
  const wantsNew = kind === 'efficacy' || kind === 'paraphrase';
  switch (protocol) {
    case 'counterfact': {
      const [wanted, other] = wantsNew ? [reading.new, reading.true] : [reading.true, reading.new];
      return (wanted?.nll ?? Number.NaN) < (other?.nll ?? Number.NaN);
    }
    case 'teacher-forced':
      return reading.new?.accuracy === 1;
    case 'unchanged':
      return agreement(base, reading) === 1;
    case 'none':
      return null;
  }
}

function likeliest(reading: Reading): number | undefined {
  return reading.top[0]?.id;
}

function agreement(before: Reading, after: Reading): number {
  const places = before.true?.argmax;
  if (places === undefined) return likeliest(before) === likeliest(after) ? 1 : 0;
  return places.filter((token, place) => token === after.true?.argmax[place]).length / places.length;
}
