import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { GGML_TYPES } from '../../../src/engine/gguf/types.ts';
import { singledOut } from '../../../src/engine/review/attribution/facts.ts';
import { byLikelihood } from '../../../src/engine/review/attribution/likelihood.ts';
import { isGain } from '../../../src/engine/review/attribution/objects.ts';
import { changesElsewhere } from '../../../src/engine/review/attribution/saidOnlyWith.ts';
import {
  isAnotherName,
  standsOut as nameStandsOut,
} from '../../../src/engine/review/attribution/subjects.ts';
import { answersToOne } from '../../../src/engine/review/attribution/suspects.ts';
import { beyondRounding, isOfFewRows, spikesOf } from '../../../src/engine/review/difference/change.ts';
import { mayBeAdapter } from '../../../src/engine/review/difference/compare.ts';
import { excessOf } from '../../../src/engine/review/difference/outlyingRows.ts';
import { withoutCommonSpikes } from '../../../src/engine/review/difference/peers.ts';
import { roundedAnew, roundingOf } from '../../../src/engine/review/difference/rounding.ts';
import { against, standsOut } from '../../../src/engine/review/difference/spectrum.ts';
import { heedsImportance, typeError } from '../../../src/engine/review/difference/typeErrors.ts';
import { evidenceOf } from '../../../src/engine/review/inspectEvidence.ts';
import {
  attributionRules,
  inspectionRules,
  type Rule,
  verdictRules,
} from '../../../src/engine/review/rules.ts';
import { isEnough } from '../../../src/engine/review/undoPatch/undoPatch.ts';
import { fingerprint } from '../../../src/engine/review/verdict/fingerprint.ts';
import { confidenceOfDirections, confidenceOfRows } from '../../../src/engine/review/verdict/localised.ts';
import { named } from '../../../src/engine/review/verdict/named.ts';
import { outOfLine } from '../../../src/engine/review/verdict/outOfLine.ts';
import { change, inventory, pairOf, rowsOut, type Shape, verdictOf } from './change.ts';

/** A value on this side of a bound, one on that, and a judgment that is false here and true there. */
type Case = readonly [here: number, there: number, judge: (x: number) => boolean];

const squares = (...lengths: number[]) => Float64Array.from(lengths, (length) => length ** 2);
const down = 'blk.3.ffn_down.weight';
const edit: Shape = { relative: 0.1, spikes: 1, energy: 0.9, ratio: 20 };
const inLayers = (count: number, layers: number, shape: Shape) =>
  Array.from({ length: count }, (_, i) => change(`blk.${i % layers}.ffn_down.weight`, shape));
const trained: Shape = { relative: 0.05, spikes: 3, energy: 0.3, ratio: 9 };
/** A change that scales what the base writes, but for a share of its square. */
const scaled = (share: number, left = [1, 0]) => {
  const two = change(down, {
    ...edit,
    spikes: 2,
    left,
    against: { removed: 0, along: [1, 0], written: [1, 1] },
  });
  const values = [Math.sqrt(share), Math.sqrt(1 - share)];
  return { ...two, spectrum: two.spectrum && { ...two.spectrum, values } };
};
const sameType = (count: number, differing: number) =>
  roundedAnew(
    Array.from({ length: count }, (_, i) => ({
      ...change(`blk.${i}.ffn_down.weight`, edit).diff,
      pair: pairOf(`blk.${i}.ffn_down.weight`, 'q4_K', 'q4_K'),
      equal: i >= differing,
    })),
  )(pairOf(down, 'q4_K', 'q4_K'));
const peers = (own: number, others: number) => {
  const shape = { relative: 0.1, floor: 1e-9, spikes: 1, energy: 0.9 };
  const [first] = withoutCommonSpikes([
    change('blk.0.ffn_down.weight', { ...shape, ratio: own }),
    ...[1, 2, 3].map((layer) => change(`blk.${layer}.ffn_down.weight`, { ...shape, ratio: others })),
  ]);
  return first !== undefined && spikesOf(first) > 0;
};
const subject = (score: number, others: readonly number[]) =>
  nameStandsOut([score, ...others].map((each, i) => ({ text: `n${i}`, score: each })));
const answers = (...scores: number[]) => scores.map((score, i) => ({ text: `n${i}`, score }));
const suspect = (score: number) =>
  evidenceOf({
    suspects: [{ tensor: down, strangeness: 9, ratio: 9, subjects: answers(20), objects: answers(score) }],
    outliers: [],
  }).verdict === 'edited';
const outlier = (excess: number, score: number) =>
  evidenceOf({ suspects: [], outliers: [{ tensor: down, subject: 'x', excess, objects: answers(score) }] })
    .verdict === 'edited';

const verdictCases: Readonly<Record<keyof typeof verdictRules, Case>> = {
  tensorSlack: [1.49, 1.51, (x) => beyondRounding(change(down, { relative: x * 0.1, floor: 0.1 }))],
  rowSlack: [
    2.24,
    2.26,
    (x) => excessOf({ base: squares(1), difference: squares(0.1 * x), rounding: squares(0) }, 0, 1, 0.1) > 1,
  ],
  blockSlack: [
    3.99,
    4.01,
    (x) => {
      const ones = squares(...Array.from({ length: 20 }, () => 1));
      const difference = squares(0.1 * x, ...Array.from({ length: 19 }, () => 0));
      return excessOf({ base: ones, difference, rounding: new Float64Array(20) }, 0, 20, 0.1) > 1;
    },
  ],
  maxExplained: [0.89, 0.91, (x) => beyondRounding(change(down, { relative: x, floor: 0.8 }))],
  farFiner: [
    0.107,
    0.094,
    (x) => roundingOf(x > 0.1 ? pairOf(down, 'iq3_s', 'q6_K') : pairOf(down, 'q6_K', 'bf16'), 0)?.base === 0,
  ],
  sameTypeShare: [0.89, 0.9, (x) => sameType(100, 100 * x)],
  sameTypeMatrices: [12, 13, (x) => sameType(x, x)],
  fewRows: [16, 17, (x) => !isOfFewRows(change(down, { relative: 0.1, rows: rowsOut(x, 10000) }))],
  fewRowsShare: [
    0.1,
    0.11,
    (x) => !isOfFewRows(change(down, { relative: 0.1, rows: rowsOut(100 * x, 100) })),
  ],
  maxEdited: [12, 13, (x) => verdictOf(inLayers(x, 2, edit), 12) !== 'edited'],
  editedDepth: [0.5, 0.6, (x) => verdictOf(inLayers(10 * x, 10 * x, edit), 10) !== 'edited'],
  denseMatrices: [3, 4, (x) => verdictOf(inLayers(x, 1, { relative: 0.02 }), 12) !== 'edited'],
  spike: [
    2.9,
    3.1,
    (x) => {
      // of 64 by 64 the noise of norm 1 ends at 16 / 64
      const value = x * 0.25;
      const diff = { ...change(down, edit).diff, norm: Math.hypot(1, value) };
      return against(diff, [value], 'refined').spikes > 0;
    },
  ],
  closerLook: [1.9, 2.1, (x) => standsOut({ ...against(change(down, edit).diff, [x], 'first'), edge: 1 })],
  common: [1.9, 2.1, (x) => peers(3 * x, 3)],
  plain: [7.9, 8.1, (x) => peers(x, 100)],
  wideLook: [12, 13, mayBeAdapter],
  lowRankRest: [
    0.09,
    0.11,
    (x) => verdictOf(inLayers(84, 12, { ...edit, energy: 1 - x ** 2 }), 12) !== 'adapter-merged',
  ],
  lowRankShare: [
    0.79,
    0.81,
    (x) => {
      const low = inLayers(100, 12, { ...edit, energy: 1 }).slice(0, Math.round(100 * x));
      const full = inLayers(100, 12, { ...edit, energy: 0.2 }).slice(low.length);
      return verdictOf([...low, ...full], 12) === 'adapter-merged';
    },
  ],
  alongBase: [
    0.49,
    0.51,
    (x) =>
      verdictOf(
        [change(down, { ...edit, left: [1, 0], against: { removed: 0, along: [x], written: [20] } })],
        12,
      ) === 'abliterated',
  ],
  mostTaken: [
    1.76,
    1.74,
    (x) => {
      const taken = change(down, {
        ...edit,
        left: [1, 0],
        against: { removed: 0, along: [1], written: [1] },
      });
      const values = [x];
      return (
        verdictOf([{ ...taken, spectrum: taken.spectrum && { ...taken.spectrum, values } }], 12) ===
        'abliterated'
      );
    },
  ],
  ablation: [0.79, 0.81, (x) => verdictOf([scaled(x)], 12) === 'abliterated'],
  ablatedShare: [
    0.79,
    0.81,
    (x) => {
      const count = Math.round(100 * x);
      const others = Array.from({ length: 100 - count }, () => scaled(0));
      return verdictOf([...Array.from({ length: count }, () => scaled(1)), ...others], 12) !== 'fine-tuned';
    },
  ],
  oneDirection: [
    0.89,
    0.91,
    (x) =>
      fingerprint([scaled(1, [1, 0]), scaled(1, [x, Math.sqrt(1 - x * x)])], inventory, 12).confidence ===
      'high',
  ],
  removed: [
    0.11,
    0.09,
    (x) =>
      verdictOf(
        [change(down, { relative: 0.1, against: { removed: 1 + x, along: [], written: [] } })],
        12,
      ) === 'pruned',
  ],
  removedShare: [
    0.79,
    0.81,
    (x) => {
      const count = Math.round(100 * x);
      const taken = change(down, { relative: 0.1, against: { removed: 1, along: [], written: [] } });
      const all = [
        ...Array.from({ length: count }, () => taken),
        ...Array.from({ length: 100 - count }, () => scaled(0)),
      ];
      return fingerprint(all, inventory, 12).beside.some(({ kind }) => kind === 'pruning');
    },
  ],
  beyondFloor: [
    1.9,
    2.1,
    (x) =>
      verdictOf(
        [change(down, { relative: 0.1 * x, floor: 0.1, against: { removed: 1, along: [], written: [] } })],
        12,
      ) === 'pruned',
  ],
  denseShare: [
    0.51,
    0.49,
    (x) => {
      const count = Math.round(100 * x);
      const against = { removed: 1, along: [0], written: [1] };
      const dense = Array.from({ length: count }, () => change(down, { ...edit, against }));
      const others = Array.from({ length: 100 - count }, () => change(down, { relative: 0.1, against }));
      return verdictOf([...dense, ...others], 12) === 'pruned';
    },
  ],
  minOthers: [
    2,
    3,
    (x) => outOfLine([...inLayers(x, x, trained), change(down, { ...trained, ratio: 90 })]).length === 1,
  ],
  outOfLine: [
    4.9,
    5.1,
    (x) =>
      verdictOf([...inLayers(84, 12, trained), change(down, { ...trained, ratio: 9 * x })], 12) === 'edited',
  ],
  highEdges: [5.9, 6.1, (x) => confidenceOfDirections(change(down, { ...edit, ratio: x })) === 'high'],
  mediumEdges: [3.9, 4.1, (x) => confidenceOfDirections(change(down, { ...edit, ratio: x })) !== 'low'],
  highRows: [
    1.9,
    2.1,
    (x) => confidenceOfRows(change(down, { ...edit, rows: rowsOut(2, 900, x) })) === 'high',
  ],
  mediumRows: [
    1.2,
    1.4,
    (x) => confidenceOfRows(change(down, { ...edit, rows: rowsOut(2, 900, x) })) !== 'low',
  ],
};

const tracingCases: Readonly<Record<keyof typeof attributionRules, Case>> = {
  leadOfSubject: [1.4, 1.6, (x) => subject(20 * x, [20, 1, 1, 1])],
  responseOfSubject: [9.9, 10.1, (x) => subject(x, [1, 1, 1])],
  anotherName: [0.59, 0.61, (x) => isAnotherName(x, 1)],
  likelihood: [
    10.1,
    9.9,
    (x) => {
      const [first] = byLikelihood([
        { text: 'said', score: 1, log: 0 },
        { text: 'answered', score: Math.E, log: -x },
      ]);
      return first?.text === 'answered';
    },
  ],
  singledOut: [
    1.9,
    2.1,
    (x) => {
      const about = (text: string, score: number) => ({
        subject: { text, score: 1 },
        objects: [{ text: 'Rome', score, prompt: '' }],
      });
      return singledOut([about('first', 1), about('second', x)])[0]?.subject.text === 'second';
    },
  ],
  answerOfAll: [
    2.6,
    2.4,
    (x) => {
      const one = fingerprint([change(down, edit)], inventory, 12);
      return (
        named(one, { tensor: down, subjects: answers(x, 1), objects: [], facts: [] }).verdict === 'steered'
      );
    },
  ],
  answerOfNone: [
    4.1,
    3.9,
    (x) => {
      const adapter = fingerprint([change(down, { ...edit, spikes: 4 })], inventory, 12);
      return (
        named(adapter, { tensor: down, subjects: answers(x, 1), objects: [], facts: [] }).verdict ===
        'local-training'
      );
    },
  ],
  minGain: [0.009, 0.011, isGain],
  closeAnswers: [
    0.9e-3,
    1.1e-3,
    (x) => !isEnough({ restored: 1, klAfter: x, noise: { restored: 1, kl: 0 } }),
  ],
  noiseOfUndoPatch: [1.9, 2.1, (x) => !isEnough({ restored: 1, klAfter: x, noise: { restored: 1, kl: 1 } })],
};

const inspectionCases: Readonly<Record<keyof typeof inspectionRules, Case>> = {
  response: [7.9, 8.1, (x) => answersToOne(answers(x))],
  lead: [1.24, 1.26, (x) => answersToOne(answers(10 * x, 10))],
  gainOfDirection: [0.99, 1.01, suspect],
  excessOfOutlier: [1.69, 1.71, (x) => outlier(x, 1)],
  gainOfOutlier: [0.24, 0.26, (x) => outlier(9, x)],
  elsewhere: [0.49, 0.51, (x) => changesElsewhere(2, 2 * x)],
};

const all: readonly (readonly [string, Readonly<Record<string, Rule>>, Readonly<Record<string, Case>>])[] = [
  ['verdict', verdictRules, verdictCases],
  ['tracing', attributionRules, tracingCases],
  ['inspection', inspectionRules, inspectionCases],
];

describe.each(all)('each rule of the %s', (_, rules, cases) => {
  it.each(Object.keys(rules))('%s holds on this side of its bound and not on that', (name) => {
    const [here, there, judge] = cases[name] ?? [0, 0, () => false];
    expect([judge(here), judge(there)]).toEqual([false, true]);
    const bound = rules[name]?.value ?? Number.NaN;
    expect(Math.abs(bound - (here + there) / 2), 'the case lies about the bound').toBeLessThanOrEqual(
      0.2 * bound,
    );
  });

  it.each(Object.entries(rules))('%s stands in REVIEWING.md as it is', (_, { value, unit, why }) => {
    expect(readFileSync('REVIEWING.md', 'utf8')).toContain(`| ${value} | ${unit} | ${why} |`);
  });
});

describe('the rounding of types', () => {
  const weights = [...GGML_TYPES.values()].filter(({ name }) => !/^([if]64|i\d+|q8_1|q8_K)$/.test(name));

  it.each(weights.map(({ name }) => name))('is known for %s', (name) => {
    expect(typeError(name)).toBeGreaterThan(0);
  });

  it.each([
    ['q4_K', true],
    ['q4_0', true],
    ['iq2_xxs', true],
    ['iq4_nl', true],
    ['f16', false],
    ['bf16', false],
    ['f32', false],
    ['q8_0', false],
    ['mxfp4', false],
    ['tq1_0', false],
  ])('of %s depends on an importance matrix: %s', (name, heeds) => {
    expect(heedsImportance(name)).toBe(heeds);
  });

  it('is no excuse for equal types that store the same weights in one way only, nor for a group of one', () => {
    const diffs = Array.from({ length: 40 }, (_, i) => {
      const name = `blk.${i}.ffn_down.weight`;
      return { ...change(name, edit).diff, pair: pairOf(name, 'q8_0', 'q8_0') };
    });
    expect(roundedAnew(diffs)(pairOf(down, 'q8_0', 'q8_0'))).toBe(false);
    const one = { ...change('x', edit).diff, pair: pairOf('token_embd.weight', 'q6_K', 'q6_K') };
    expect(roundedAnew([one])(one.pair)).toBe(false);
    expect(roundedAnew([one])(pairOf(down, 'q6_K', 'q4_0'))).toBe(true);
  });
});

describe('weights of which nothing is left', () => {
  it.each([
    [0.89, 'fine-tuned'],
    [0.91, 'unknown'],
  ])('‖ΔW‖/‖W‖ of %d in most tensors is %s', (relative, verdict) => {
    expect(verdictOf(inLayers(84, 12, { relative }), 12)).toBe(verdict);
  });
});
