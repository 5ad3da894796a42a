import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DescribedTensor, tensorColumns } from '../../src/workbench/header/tensorColumns.ts';
import { moved } from '../../webview/header/gridKeys.ts';
import {
  EVERY_TENSOR,
  elementsOf,
  isTensorQuery,
  shapeOf,
  TENSOR_COLUMNS,
  type TensorQuery,
  tensorRows,
  typeOf,
} from '../../webview/header/tensorRows.ts';

const f32 = { id: 0, name: 'f32', blockSize: 1, typeSize: 4 };
const q4 = { id: 3, name: 'q4_1', blockSize: 32, typeSize: 20 };

function tensor(name: string, shape: number[], type = f32): Omit<DescribedTensor, 'offset'> {
  const elements = shape.reduce((product, n) => product * n, 1);
  return { name, type: type.name, shape, byteLength: (elements / type.blockSize) * type.typeSize, part: 0 };
}

let offset = 0;
const tensors = tensorColumns(
  [
    tensor('token_embd.weight', [64, 100], q4),
    tensor('blk.10.ffn_down.weight', [128, 64], q4),
    tensor('blk.2.ffn_down.weight', [128, 64], q4),
    tensor('blk.2.ffn_norm.weight', [64]),
    tensor('scalar', []),
  ].map((described) => {
    offset += described.byteLength;
    return { ...described, offset };
  }),
);

const names = (query: Partial<TensorQuery>) =>
  Array.from(tensorRows(tensors, { ...EVERY_TENSOR, ...query }), (index) => tensors.names[index]);

describe('which tensors are shown', () => {
  test('all of them in the order of the file, unless something is looked for', () => {
    expect(names({})).toEqual(tensors.names);
  });

  test('those whose names contain every word, whatever the case', () => {
    expect(names({ search: 'BLK.2 norm' })).toEqual(['blk.2.ffn_norm.weight']);
    expect(names({ search: '  ' })).toHaveLength(5);
    expect(names({ search: 'attn' })).toEqual([]);
  });

  test('those of a type', () => {
    expect(names({ type: 'f32' })).toEqual(['blk.2.ffn_norm.weight', 'scalar']);
  });
});

describe('their order', () => {
  const by = (column: TensorQuery['sort'] & {}) => names({ sort: column });

  test('counts numbers in names: layer 2 is before layer 10', () => {
    expect(by({ column: 'name', descending: false })).toEqual([
      'blk.2.ffn_down.weight',
      'blk.2.ffn_norm.weight',
      'blk.10.ffn_down.weight',
      'scalar',
      'token_embd.weight',
    ]);
  });

  test('by elements, with equals as they are in the file', () => {
    expect(by({ column: 'elements', descending: true })).toEqual([
      'blk.10.ffn_down.weight',
      'blk.2.ffn_down.weight',
      'token_embd.weight',
      'blk.2.ffn_norm.weight',
      'scalar',
    ]);
  });

  test('by offset is that of the file', () => {
    expect(by({ column: 'offset', descending: false })).toEqual(tensors.names);
  });

  test('keeps every tensor, whatever the column and the way', () => {
    const sort = fc.record({ column: fc.constantFrom(...TENSOR_COLUMNS), descending: fc.boolean() });
    fc.assert(
      fc.property(sort, (by) => {
        expect([...tensorRows(tensors, { ...EVERY_TENSOR, sort: by })].sort()).toEqual([0, 1, 2, 3, 4]);
      }),
    );
  });

  test('by size, up and down', () => {
    const sizes = (descending: boolean) =>
      Array.from(
        tensorRows(tensors, { ...EVERY_TENSOR, sort: { column: 'bytes', descending } }),
        (index) => tensors.bytes[index],
      );
    expect(sizes(false)).toEqual([4, 256, 4000, 5120, 5120]);
    expect(sizes(true)).toEqual([5120, 5120, 4000, 256, 4]);
  });
});

test('a tensor is described as ggml has it', () => {
  expect(shapeOf(tensors, 1)).toBe('128 × 64');
  expect(shapeOf(tensors, 4)).toBe('');
  expect(elementsOf(tensors, 0)).toBe(6400);
  expect(elementsOf(tensors, 4)).toBe(1);
  expect(typeOf(tensors, 3)).toBe('f32');
});

test('what another version of the page remembered is only taken if it is understood', () => {
  expect(isTensorQuery(EVERY_TENSOR)).toBe(true);
  expect(isTensorQuery({ search: 'x', type: '', sort: { column: 'bytes', descending: true } })).toBe(true);
  for (const wrong of [
    null,
    'tensors',
    {},
    { search: 1, type: '', sort: null },
    { search: '', type: '', sort: 'up' },
    { search: '', type: '', sort: { column: 'colour', descending: true } },
    { search: '', type: '', sort: { column: 'name' } },
  ]) {
    expect(isTensorQuery(wrong)).toBe(false);
  }
});

test('100,000 tensors are sorted in less than a second', () => {
  const many = tensorColumns(
    Array.from({ length: 100_000 }, (_, index) => ({
      ...tensor(`blk.${index % 1000}.t${index}.weight`, [32, 1 + (index % 7)], q4),
      offset: index,
    })),
  );
  const before = performance.now();
  for (const column of TENSOR_COLUMNS) {
    tensorRows(many, { search: 'weight', type: '', sort: { column, descending: true } });
  }
  expect(performance.now() - before).toBeLessThan(1000 * TENSOR_COLUMNS.length);
});

test('keys move the active row of a grid within its bounds', () => {
  expect(moved('ArrowDown', 0, 10, 4)).toBe(1);
  expect(moved('ArrowUp', 0, 10, 4)).toBe(0);
  expect(moved('PageDown', 3, 10, 4)).toBe(7);
  expect(moved('PageUp', 3, 10, 4)).toBe(0);
  expect(moved('End', 3, 10, 4)).toBe(9);
  expect(moved('Home', 3, 10, 4)).toBe(0);
  expect(moved('a', 3, 10, 4)).toBeUndefined();
});
