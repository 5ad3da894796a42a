import { describe, expect, it } from 'vitest';
import { adapterShape } from '../../../src/engine/review/adapter/adapterShape.ts';
import type { AdapterWeight } from '../../../src/protocol/inspectedAdapter.ts';

const weight = (layer: number | null, role: string, directions: number): AdapterWeight => ({
  tensor: layer === null ? `${role}.weight` : `blk.${layer}.${role}.weight`,
  layer,
  role,
  rank: 8,
  directions,
  norm: 1,
  values: [1],
});
const down = (first: number, last: number, directions: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => weight(first + index, 'ffn_down', directions));

describe("an adapter's shape", () => {
  it.each([
    ['one direction in one projection', down(3, 3, 1), null, /ROME and its relatives/],
    ['several directions in one matrix', down(3, 3, 8), null, /training an adapter/],
    ['few directions in few layers', down(3, 7, 2), 0.2, /MEMIT and AlphaEdit/],
    ['a matrix that no edit rewrites', [weight(3, 'attn_q', 1)], null, /training an adapter/],
    ['more matrices than are edited', down(0, 12, 1), 0.1, /training an adapter/],
    ['one direction in all', down(0, 29, 1), 0.98, /along one direction/],
    ['just short of one direction', down(0, 29, 1), 0.89, /training an adapter/],
  ] as const)('%s', (_, weights, alike, means) => {
    expect(adapterShape(weights, alike)[1]).toMatch(means);
  });

  it.each([
    [down(3, 3, 1), 'It changes 1 matrix (ffn_down) in layer 3, by 1 direction each'],
    [
      [...down(2, 4, 1), weight(null, 'output', 4)],
      'in layers 2 to 4 and outside of them, by 1 to 4 directions each',
    ],
    [[weight(null, 'output', 4)], 'outside of the layers'],
  ] as const)('says where and how much: %#', (weights, says) => {
    expect(adapterShape(weights, null)[0]).toContain(says);
  });
});
