import { describe, expect, it } from 'vitest';
import { judge, protocolFor } from '../../../src/engine/inspection/locality.ts';
import type { Reading, TargetReading } from '../../../src/protocol/probe.ts';

/** By which rule a probe passes, and that a person would say the same. */

const target = (nll: number, argmax: number[], accuracy = 0): TargetReading => ({
  nll,
  total: nll,
  meanP: Math.exp(-nll),
  p: Math.exp(-nll),
  rank: 1,
  accuracy,
  argmax,
});
const [france, italy, comma] = [11, 22, 33];
const reading = (top: number, more: Partial<Reading> = {}): Reading => ({
  top: [{ token: String(top), id: top, p: 0.9 }],
  ...more,
});

const fact = { targetNew: 'Rome', targetTrue: 'France' };

describe('another fact of the subject', () => {
  const probe = { kind: 'sameSubject', ...fact } as const;
  const before = reading(france, { new: target(9, [france]), true: target(0.1, [france], 1) });

  it('is judged by whether its answer stays', () => {
    expect(protocolFor(probe)).toBe('unchanged');
    expect(judge('unchanged', probe, before, before)).toBe(true);
  });

  it('fails where the likeliest answer is another one, though it is still likelier than the new target', () => {
    const after = reading(italy, { new: target(9, [italy]), true: target(1, [italy]) });
    expect(judge('counterfact', { kind: 'neighbourhood' }, after, before)).toBe(true);
    expect(judge('unchanged', probe, after, before)).toBe(false);
  });

  it('fails where only a later token of the answer is another one', () => {
    const long = reading(france, { true: target(0.1, [france, comma]) });
    const after = reading(france, { true: target(0.9, [france, italy]) });
    expect(judge('unchanged', probe, after, long)).toBe(false);
  });

  it('without an answer looks at the next token', () => {
    expect(protocolFor({ kind: 'sameSubject', targetNew: 'Rome' })).toBe('unchanged');
    expect(judge('unchanged', probe, reading(france), reading(france))).toBe(true);
    expect(judge('unchanged', probe, reading(italy), reading(france))).toBe(false);
  });
});

it('keeps the published rules for the other kinds', () => {
  expect(protocolFor({ kind: 'efficacy', ...fact })).toBe('counterfact');
  expect(protocolFor({ kind: 'paraphrase', targetNew: 'Rome' })).toBe('teacher-forced');
  expect(protocolFor({ kind: 'neighbourhood', ...fact })).toBe('counterfact');
  expect(protocolFor({ kind: 'neighbourhood', targetNew: 'Rome' })).toBe('unchanged');
  expect(protocolFor({ kind: 'portability', targetNew: 'Rome' })).toBe('teacher-forced');
  expect(protocolFor({ kind: 'text' })).toBe('none');
});
