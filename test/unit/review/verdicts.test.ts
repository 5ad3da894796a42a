import { expect, it } from 'vitest';
import type { Change } from '../../../src/engine/review/difference/change.ts';
import { fingerprint } from '../../../src/engine/review/verdict/fingerprint.ts';
import type { Inventory } from '../../../src/protocol/review.ts';
import { change, inventory, rowsOut, type Shape } from './change.ts';

/** Whole verdicts, with all sentences in their order, of one model for each way that the rules can go. */

const plain: Shape = { relative: 0.1, spikes: 1, energy: 0.9, ratio: 20 };
const weak: Shape = { ...plain, ratio: 6 };
const denseOnly: Shape = { relative: 0.02 };
const trained: Shape = { relative: 0.05, spikes: 3, energy: 0.3, ratio: 9 };
const low: Shape = { relative: 0.05, spikes: 4, energy: 1, ratio: 9 };
const noise: Shape = { relative: 0.001, floor: 0.01 };
const down = (layer: number) => `blk.${layer}.ffn_down.weight`;
const rows = (count: number, of = 1000, excess = 9): Shape => ({
  relative: 0.01,
  rows: rowsOut(count, of, excess),
});
const over = (layers: number, name: (layer: number) => string, shape: Shape) =>
  Array.from({ length: layers }, (_, layer) => change(name(layer), shape));
const everywhere = (shape: Shape) => [
  ...over(12, down, shape),
  ...over(12, (layer) => `blk.${layer}.attn_q.weight`, shape),
];
const taken = (layer: number, changed: number, shape: Partial<Shape> = {}) =>
  change(down(layer), { relative: 0.3, changed, against: { removed: 1, along: [], written: [] }, ...shape });
/** Only scales what the base writes, along one direction. */
const scaled = (layer: number, left = [1, 0], shape: Partial<Shape> = {}) =>
  change(down(layer), { ...plain, left, against: { removed: 0.5, along: [1], written: [20] }, ...shape });
const other = (layer: number, shape: Partial<Shape> = {}) =>
  change(down(layer), {
    ...plain,
    ratio: 40,
    left: [0, 1],
    against: { removed: 0, along: [0], written: [1] },
    ...shape,
  });
const special = (tensor: string, isSpecial: boolean): Change => {
  const found = change(tensor, rows(2));
  return {
    ...found,
    rows: { ...found.rows, worst: found.rows.worst.map((row) => ({ ...row, special: isSpecial })) },
  };
};

const cases: Readonly<Record<string, readonly Change[] | readonly [readonly Change[], Partial<Inventory>]>> =
  {
    'nothing differs': [],
    'tensors were added and reshaped': [[], { added: ['a', 'b'], reshaped: ['c'] }],
    'rounding and a tensor less': [[change(down(0), noise)], { removed: ['a'] }],
    rounding: over(3, down, noise),
    'one direction in one matrix': [change(down(3), plain)],
    'one direction, all else rounded': [change(down(3), { ...plain, floor: 0.01 }), change(down(4), noise)],
    'a weak direction': [change(down(3), weak)],
    'adjacent layers, the weaker first': [change(down(3), weak), change(down(4), plain)],
    'layers apart': [change(down(3), plain), change(down(7), plain)],
    'queries of one layer': [change('blk.3.attn_q.weight', plain)],
    'one row': [change('token_embd.weight', rows(1))],
    'rows, in part weak': [change('token_embd.weight', rows(6, 1000, 1.2)), change('output.weight', rows(2))],
    'a row and a direction': [change('token_embd.weight', rows(1)), change(down(3), plain)],
    'a row beyond rounding': [change('token_embd.weight', { ...rows(2), floor: 0.001 })],
    'rows of special tokens': [special('token_embd.weight', true), change(down(0), noise)],
    'rows of special and other tokens': [special('token_embd.weight', true), special('output.weight', false)],
    'dense in one layer': [change(down(3), denseOnly)],
    'dense in two layers': [change(down(3), denseOnly), change(down(4), denseOnly)],
    'dense, with rows out of line': [
      change(down(3), { ...denseOnly, rows: rowsOut(300, 1000) }),
      change(down(4), denseOnly),
    ],
    'dense queries in two layers': over(2, (layer) => `blk.${layer}.attn_q.weight`, denseOnly),
    'an adapter of queries': over(4, (layer) => `blk.${layer}.attn_q.weight`, trained),
    'an edit beside an adapter of queries': [
      ...over(4, (layer) => `blk.${layer}.attn_q.weight`, trained),
      change(down(2), { ...plain, ratio: 200 }),
    ],
    'an edit no larger than an adapter of queries': [
      ...over(4, (layer) => `blk.${layer}.attn_q.weight`, trained),
      change(down(2), { ...plain, ratio: 9 }),
    ],
    training: everywhere(trained),
    'training, and a token far out': [...everywhere(trained), change('token_embd.weight', rows(1))],
    'training, and a token a little out': [
      ...everywhere(trained),
      change('token_embd.weight', { ...rows(1, 1000, 1.2), floor: 0.001 }),
    ],
    'an edit beside training': [...everywhere(trained).slice(1), change(down(0), { ...plain, ratio: 200 })],
    'an adapter': everywhere(low),
    'an adapter in most matrices': [
      ...everywhere(low).slice(2),
      ...over(2, down, { ...trained, energy: 0.1 }),
    ],
    'other weights': everywhere({ relative: 1.4 }),
    'pruned alike': [0, 1, 2].map((layer) => taken(layer, 0.5)),
    'pruned more and less': [taken(0, 0.25), taken(1, 0.5), taken(2, 0.4)],
    'an edit beside pruning': [0, 1, 2, 3, 4, 5, 6, 7, 8].map((layer) => taken(layer, 0.5)).concat(other(9)),
    'a dense change beside pruning': [
      ...[0, 1, 2].map((layer) => taken(layer, 0.5)),
      change(down(5), { ...denseOnly, against: { removed: 0, along: [], written: [] } }),
    ],
    'a direction taken away, in every weight': [0, 1].map((layer) =>
      taken(layer, 1, { spikes: 1, energy: 0.9, ratio: 20 }),
    ),
    'one direction taken out of all': [0, 1, 2].map((layer) => scaled(layer)),
    'taken out of one': [scaled(3)],
    'different directions taken out': [scaled(0), scaled(1, [0, 1]), scaled(2, [0, 1])],
    'taken out, and some rounded otherwise': [scaled(0), scaled(1), change(down(2), denseOnly)],
    'an edit beside an ablation': [...[0, 1, 2, 3, 4, 5, 6, 7, 8].map((layer) => scaled(layer)), other(9)],
  };

it.each(Object.entries(cases))('%s', async (_, given) => {
  const [changes, more] = isWithInventory(given) ? given : [given, {}];
  const found = fingerprint(changes, { ...inventory, ...more }, 12);
  const names = (some: readonly Change[]) => some.map(({ diff }) => diff.pair.name);
  expect({
    ...found,
    edited: names(found.edited),
    suspects: names(found.suspects),
    undoable: names(found.undoable),
  }).toMatchSnapshot();
});

function isWithInventory(
  given: (typeof cases)[string],
): given is readonly [readonly Change[], Partial<Inventory>] {
  return Array.isArray(given[0]);
}
