import { describe, expect, it } from 'vitest';
import type { Change } from '../../../src/engine/review/difference/change.ts';
import { findingsOf } from '../../../src/engine/review/findings.ts';
import { fingerprint } from '../../../src/engine/review/verdict/fingerprint.ts';
import { change, inventory, rowsOut, type Shape } from './change.ts';

const depth = 12;
const roles = ['attn_q', 'attn_k', 'attn_v', 'attn_output', 'ffn_gate', 'ffn_up', 'ffn_down'];

const everywhere = (shape: Shape): Change[] =>
  Array.from({ length: depth }, (_, layer) =>
    roles.map((role) => change(`blk.${layer}.${role}.weight`, shape)),
  ).flat();
const one: Shape = { relative: 0.1, spikes: 1, energy: 0.9, ratio: 20 };

describe('the fingerprint of a change', () => {
  it.each([
    ['nothing', [], 'identical'],
    ['rounding', everywhere({ relative: 0.08, floor: 0.08 }), 'requantised'],
    ['training', everywhere({ relative: 0.05, spikes: 3, energy: 0.3, ratio: 9 }), 'fine-tuned'],
    ['a merged adapter', everywhere({ relative: 0.05, spikes: 8, energy: 1, ratio: 90 }), 'adapter-merged'],
    ['one rewritten matrix', [change('blk.3.ffn_down.weight', one)], 'edited'],
    ['a dense change of one matrix', [change('blk.3.ffn_down.weight', { relative: 0.02 })], 'edited'],
    [
      'dense changes of many places',
      ['0.attn_q', '3.ffn_up', '5.attn_k'].map((name) => change(`blk.${name}.weight`, { relative: 0.02 })),
      'local-training',
    ],
  ] as const)('of %s', (_, changes, verdict) => {
    expect(fingerprint(changes, inventory, depth).verdict).toBe(verdict);
  });

  it('tells an edit from the rounding around it', () => {
    const rounded = everywhere({ relative: 0.08, floor: 0.08 });
    const changes = rounded.map((own) =>
      own.diff.pair.name === 'blk.3.ffn_down.weight'
        ? change('blk.3.ffn_down.weight', { ...one, floor: 0.08 })
        : own,
    );
    const { verdict, edited, evidence } = fingerprint(changes, inventory, depth);
    expect(verdict).toBe('edited');
    expect(edited.map(({ diff }) => diff.pair.name)).toEqual(['blk.3.ffn_down.weight']);
    expect(evidence.join(' ')).toContain('no more than rounding');
  });

  it.each([
    [1.49, 'fine-tuned'],
    [1.51, 'edited'],
  ])('holds a dense change %f times as far as other layers moved for %s', (times, verdict) => {
    const moved = (relative: number, name: string) => change(name, { relative, floor: 0.08 });
    const others = everywhere({ relative: 0.11, floor: 0.08 }).filter(({ layer }) => layer !== 3);
    const one = ['ffn_gate', 'ffn_up'].map((role) => moved(times * 0.11, `blk.3.${role}.weight`));
    const found = fingerprint([...others, ...one], inventory, depth);
    expect(found.verdict).toBe(verdict);
    expect(found.edited).toEqual([]);
  });

  it('takes a dense change for an edit where too few layers moved to say what is usual', () => {
    const moved = [0, 1, 3].map((layer) =>
      change(`blk.${layer}.ffn_up.weight`, { relative: layer === 3 ? 0.13 : 0.11, floor: 0.08 }),
    );
    expect(fingerprint(moved, inventory, depth).verdict).toBe('edited');
  });

  it('takes spikes in rounded embeddings for rounding', () => {
    const changes = [
      ...everywhere({ relative: 0.08, floor: 0.08 }),
      change('token_embd.weight', { relative: 0.09, floor: 0.08, spikes: 2, energy: 0.1, ratio: 5 }),
    ];
    expect(fingerprint(changes, inventory, depth).verdict).toBe('requantised');
  });

  it.each([
    ['blk.3.ffn_down.weight', /ROME/],
    ['blk.3.ffn_down.weight blk.4.ffn_down.weight', /MEMIT/],
    ['blk.9.ffn_down.weight blk.9.ffn_up.weight blk.10.ffn_down.weight', /MEND/],
  ])('names the methods that write %s', (names, family) => {
    const changes = names.split(' ').map((name) => change(name, one));
    expect(fingerprint(changes, inventory, depth).evidence.join(' ')).toMatch(family);
  });

  it('is not sure of a model with other tensors', () => {
    const found = fingerprint([change('blk.3.ffn_down.weight', one)], { ...inventory, added: ['x'] }, depth);
    expect(found).toMatchObject({ verdict: 'edited', confidence: 'low' });
    expect(fingerprint([], { ...inventory, added: ['x'] }, depth).verdict).toBe('unknown');
  });

  it.each([
    ['all else is the same', 0, [], 'high'],
    ['all else is rounded', 0.08, everywhere({ relative: 0.08, floor: 0.08 }), 'high'],
  ] as const)('finds single rows rewritten in a table of tokens where %s', (_, floor, others, confidence) => {
    const rows = { ...rowsOut(2, 900), worst: [{ row: 7, token: '\u0120Rome', relative: 1.4, excess: 9 }] };
    const table = change('token_embd.weight', { relative: 0.09, floor, rows });
    const { verdict, evidence, ...found } = fingerprint([...others, table], inventory, depth);
    expect([verdict, found.confidence, found.edited]).toEqual(['edited', confidence, [table]]);
    expect(evidence.join(' ')).toContain('7 ("\u0120Rome")');
  });

  it('is not sure of rows that lie just beyond their bound', () => {
    const table = change('token_embd.weight', { relative: 0.09, floor: 0.08, rows: rowsOut(2, 900, 1.1) });
    expect(fingerprint([table], inventory, depth)).toMatchObject({ verdict: 'edited', confidence: 'low' });
  });

  it('names single rows of tokens beside training, which a policy for training then refuses', () => {
    const trained = everywhere({ relative: 0.05, spikes: 3, energy: 0.3, ratio: 9 });
    const table = change('token_embd.weight', { relative: 0.02, rows: rowsOut(2, 900) });
    const found = fingerprint([...trained, table], inventory, depth);
    expect([found.verdict, found.edited]).toEqual(['fine-tuned', [table]]);
    expect(findingsOf(found, [], inventory, undefined).map(({ kind, tensor }) => [kind, tensor])).toEqual([
      ['edit', 'token_embd.weight'],
    ]);
  });

  it('knows no pattern for a table of tokens that changed in many rows', () => {
    const table = change('token_embd.weight', { relative: 0.4, rows: rowsOut(800, 900) });
    expect(fingerprint([table], inventory, depth).verdict).toBe('unknown');
  });
});
