import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../../src/engine/review/verdict/fingerprint.ts';
import { named } from '../../../src/engine/review/verdict/named.ts';
import { change, inventory, rowsOut, type Shape } from './change.ts';

const down = 'blk.3.ffn_down.weight';
const one: Shape = { relative: 0.1, spikes: 1, energy: 0.9, ratio: 20 };
const of = (...changes: readonly (readonly [string, Shape])[]) =>
  fingerprint(
    changes.map(([name, shape]) => change(name, shape)),
    inventory,
    12,
  );
const trace = (tensor: string, scores: readonly number[], object?: string) => ({
  tensor,
  subjects: scores.map((score, i) => ({ text: `name ${i}`, score })),
  objects: object === undefined ? [] : [{ text: object, score: 1 }],
  facts:
    object === undefined
      ? []
      : [{ subject: 'name 0', prompt: 'name 0 is in', was: 'Paris', says: object, score: 1 }],
});
const attention = ['blk.3.attn_q.weight', 'blk.4.attn_v.weight'] as const;
const adapter = of(...attention.map((name) => [name, { ...one, spikes: 4 }] as const));

describe('the verdict once names were asked for', () => {
  it('stays where nothing was traced', () => {
    expect(named(adapter, undefined)).toBe(adapter);
  });

  it('of a trained part is an edit where one name answers, by its finding', () => {
    expect(adapter.verdict).toBe('local-training');
    const found = named(adapter, trace(attention[1], [24, 6, 5], 'Rome'));
    expect([found.verdict, found.edited.map(({ diff }) => diff.pair.name)]).toEqual([
      'edited',
      [attention[1]],
    ]);
    expect(found.evidence[0]).toContain(
      '"name 0" and to few others, of which the candidate says "Rome" and the base "Paris"',
    );
    expect(found.beside.map(({ kind }) => kind)).toEqual(['local-training']);
  });

  it.each([
    ['no name answers strongly', [9, 1, 1]],
    ['many names answer', [24, 23, 22]],
    ['nothing was found', []],
  ])('of a trained part stays where %s', (_, scores) => {
    expect(named(adapter, trace(attention[0], scores))).toBe(adapter);
  });

  it('of an edit stays where its name answers, or another of its kind', () => {
    for (const found of [of([down, one]), of([down, { ...one, spikes: 3 }])]) {
      expect(named(found, trace(down, [6, 5, 5]))).toBe(found);
    }
  });

  it('of one direction stays an edit where no name is known that answers', () => {
    const found = of([down, one]);
    expect(named(found, trace(down, [3, 2, 2]))).toBe(found);
  });

  it('of several directions that no name answers to is training', () => {
    const found = named(of([down, { ...one, spikes: 4 }]), trace(down, [2.9, 2, 2]));
    expect([found.verdict, found.confidence, found.edited, found.undoable]).toEqual([
      'local-training',
      'low',
      [],
      [],
    ]);
  });

  it('of single rows is not judged by names', () => {
    const rows = of(['blk.3.ffn_down.weight', { relative: 0.1, rows: rowsOut(2, 900) }]);
    expect(rows.verdict).toBe('edited');
    expect(named(rows, trace(down, [1, 1]))).toBe(rows);
  });
});
