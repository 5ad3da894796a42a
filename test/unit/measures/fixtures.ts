import type { ProbeComparison, Reading, ReadingKind, TargetReading } from '../../../src/protocol/probe.ts';

/** A target read with this mean NLL; all of its tokens the likeliest or none. */
function target(nll: number, accuracy = 0): TargetReading {
  return { nll, total: nll, meanP: Math.exp(-nll), p: Math.exp(-nll), rank: 1, accuracy, argmax: [7] };
}

export function reading(nllNew: number | undefined, nllTrue: number | undefined, accuracy = 0): Reading {
  return {
    top: [{ token: 'x', id: 7, p: 1 }],
    new: nllNew === undefined ? undefined : target(nllNew, accuracy),
    true: nllTrue === undefined ? undefined : target(nllTrue),
  };
}

export function comparison(
  edit: string,
  kind: ReadingKind,
  before: Reading,
  after: Reading,
  rest: Partial<ProbeComparison> = {},
): ProbeComparison {
  return {
    probe: { edit, kind, prompt: 'p' },
    before,
    after,
    kl: 0,
    agreement: 1,
    protocol: 'counterfact',
    passedBefore: null,
    passedAfter: null,
    changed: false,
    ...rest,
  };
}
