import { describe, expect, it } from 'vitest';
import { strict } from '../../../src/engine/measures/strict.ts';
import type { MeasuredEdit } from '../../../src/protocol/editing.ts';
import { holds, maxDrift, outcomeOf } from '../../../src/protocol/outcome.ts';
import type { ProbeComparison, Reading, ReadingKind } from '../../../src/protocol/probe.ts';

/** What a model says: the answer, with its probability. */
function says(answer: string, p: number): Reading {
  const reading = (target: string) => {
    const own = target === answer ? p : (1 - p) / 2;
    const nll = -Math.log(own);
    return {
      nll,
      total: nll,
      meanP: own,
      p: own,
      rank: target === answer ? 1 : 2,
      accuracy: Number(target === answer),
      argmax: [1],
    };
  };
  return {
    top: [{ token: ` ${answer}`, id: answer.length, p }],
    new: reading('Rome'),
    true: reading('Paris'),
  };
}

function asked(kind: ReadingKind, before: Reading, after: Reading, passedAfter: boolean): ProbeComparison {
  const agreement = Number(before.top[0]?.token === after.top[0]?.token);
  const probe = { edit: 'france', kind, prompt: 'p', targetNew: 'Rome', targetTrue: 'Paris' };
  return {
    ...{ probe, before, after, kl: 0, agreement, protocol: 'counterfact' },
    ...{ passedBefore: false, passedAfter, changed: agreement === 0 },
  };
}

const paris = says('Paris', 0.9);
const rome = says('Rome', 0.978);
const own = asked('efficacy', paris, rome, true);
const kept = asked('neighbourhood', paris, paris, true);
const changed = asked('sameSubject', paris, rome, false);
const paraphrase = asked('paraphrase', paris, rome, true);
/** Likelier than Paris, as CounterFact asks, but not what the model says. */
const istanbul = asked('paraphrase', paris, { ...rome, ...turned(says('Istanbul', 0.6)) }, true);

function turned({ top, new: other }: Reading): Reading {
  return {
    top,
    new: other && { ...other, nll: 1, accuracy: 0 },
    true: other && { ...other, nll: 2, accuracy: 0 },
  };
}

function measured(probes: ProbeComparison[], rest: Partial<MeasuredEdit> = {}): MeasuredEdit {
  return {
    ...{ id: 'france', subject: 'France', es: 1, ps: 1, ns: 1, score: 1, generationMatch: true, driftKl: 0 },
    state: {
      base: 'sha256:1',
      patches: [],
      asked: 'text',
      thresholds: { answerTokens: 10, driftKl: maxDrift },
    },
    generated: { before: '', after: '' },
    ...{ asChat: null, asText: null, edit: null, probes },
    ...rest,
  };
}

const sentence = (...given: Parameters<typeof measured>) => outcomeOf(measured(...given)).sentence;
const level = (...given: Parameters<typeof measured>) => outcomeOf(measured(...given)).level;

describe('what an edit did', () => {
  it('is one sentence: the answer, what else changed, and how else it is asked', () => {
    const probes = [own, changed, changed, kept, kept, kept, istanbul, ...Array(4).fill(paraphrase)];
    expect(sentence(probes)).toBe(
      'Works: Rome 97.8 %. 2 of 2 other facts of France changed, 0 of 3 neighbors; 1 of 5 paraphrases gives another answer.',
    );
    expect(level(probes)).toBe('partly');
  });

  it('is well only where everything that was asked is, and enough was asked', () => {
    expect(level([own, kept, paraphrase])).toBe('well');
    expect(sentence([own, kept, paraphrase])).toBe(
      'Works: Rome 97.8 %. 0 of 1 neighbor changed; 0 of 1 paraphrase gives another answer.',
    );
    expect(level([own, kept])).toBe('partly');
    expect(sentence([own])).toContain('No neighbors were measured; no paraphrases were measured.');
    expect(level([own, kept, istanbul])).toBe('partly');
    expect(level([own, asked('neighbourhood', paris, rome, false), paraphrase])).toBe('partly');
    expect(level([own, kept, paraphrase], { driftKl: 2 * maxDrift })).toBe('partly');
    expect(level([own, kept, paraphrase], { driftKl: maxDrift })).toBe('well');
    expect(level([own, kept, paraphrase], { driftKl: null })).toBe('partly');
    expect(sentence([own, kept, paraphrase], { driftKl: null })).toMatch(/ Drift .* was not measured\.$/);
    const another = { generated: { before: '', after: '' }, generationMatch: false };
    expect(sentence([own, kept, paraphrase], { asChat: another })).toMatch(/Does not work as chat\.$/);
    expect(level([own, kept, paraphrase], { asChat: another })).toBe('partly');
  });

  it('names the answer that is given instead', () => {
    const failed = [asked('efficacy', paris, says('Paris', 0.6), false), kept, paraphrase];
    expect(sentence(failed, { generationMatch: false })).toMatch(
      /^Does not work: Paris 60\.0 %, Rome 20\.0 %\./,
    );
    expect(level(failed, { generationMatch: false })).toBe('fails');
    expect(sentence(failed)).toMatch(/^Works in part: Rome is generated, but the likeliest is Paris 60\.0 %/);
    expect(sentence([own], { generationMatch: false })).toMatch(/^Works in part: Rome 97\.8 %, but/);
    expect(level([own], { generationMatch: false })).toBe('partly');
  });

  it('takes a neighbour that comes to its true answer for kept', () => {
    const better = asked('neighbourhood', says('Oslo', 0.5), paris, true);
    expect(sentence([own, better, paraphrase])).toContain('0 of 1 neighbor changed');
  });

  it('holds only what is likelier and likeliest', () => {
    expect(holds(paraphrase)).toBe(true);
    expect(holds(istanbul)).toBe(false);
    expect(holds({ ...kept, passedAfter: false })).toBe(false);
    expect(holds({ ...kept, probe: { ...kept.probe, kind: 'text' }, passedAfter: null })).toBeNull();
  });
});

it('has strict twins of the CounterFact measures: a third answer is no success', () => {
  const { before, after } = strict([[own, paraphrase, istanbul, kept]]);
  expect(before).toMatchObject({ es: { value: 0 }, ps: { value: 0 }, ns: { value: 1 }, score: 0 });
  expect(after).toMatchObject({ es: { value: 1 }, ps: { value: 0.5 }, ns: { value: 1 } });
  expect(after.score).toBeCloseTo(3 / (1 + 2 + 1), 12);
  expect(strict([[own]]).after).toMatchObject({ ps: null, ns: null, score: null });
});
