import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/protocol/review.ts';
import { changeMap } from '../../../webview/review/changeMap.ts';
import { diffRuns } from '../../../webview/review/diffRuns.ts';
import { findingRows } from '../../../webview/review/findingRows.ts';
import { selectedOf } from '../../../webview/review/selection.ts';
import { brandenburg } from './brandenburg.ts';

const { reviewed } = brandenburg;
const finding = (kind: Finding['kind'], tensor: string): Finding => ({
  kind,
  tensor,
  summary: `${tensor} differs.`,
  detail: null,
  place: null,
  rows: [],
  rank: null,
  energy: null,
  relative: null,
  subjects: [],
  objects: [],
  facts: [],
});

describe('the tree of findings', () => {
  const many = [
    ...Array.from({ length: 250 }, (_, index) => finding('metadata', `key.${index}`)),
    finding('edit', 'blk.0.ffn_down.weight'),
  ];

  it('groups by kind, folds what is many, and counts what it leaves out', () => {
    const shape = (turned: Finding['kind'][]) =>
      findingRows(many, turned).map((row) =>
        row.type === 'finding' ? row.index : `${row.type} ${row.count}`,
      );
    expect(shape([])).toEqual(['group 250', 'group 1', 250]);
    expect(shape(['edit'])).toEqual(['group 250', 'group 1']);
    expect(shape(['metadata']).slice(0, 3)).toEqual(['group 250', 0, 1]);
    expect(shape(['metadata']).slice(-3)).toEqual(['more 50', 'group 1', 250]);
  });
});

describe('the map of changes', () => {
  const names = ['output.weight', 'blk.10.ffn_down.weight', 'blk.2.attn_q.bias', 'blk.2.ffn_down.weight'];
  const map = changeMap(names, reviewed.tensors);

  it('has the layers in their order, and a cell for each tensor in one', () => {
    expect(map.layers).toEqual([2, 10]);
    expect(map.roles).toEqual(['ffn_down', 'attn_q.bias']);
    expect(map.cellOf('blk.2.ffn_down.weight')).toEqual({ row: 0, column: 0 });
    expect(map.nameOf({ row: 1, column: 0 })).toBe('blk.10.ffn_down.weight');
    expect(map.nameOf({ row: 1, column: 1 })).toBeUndefined();
    expect(map.nameOf({ row: 2, column: 0 })).toBeUndefined();
    expect(map.cellOf('output.weight')).toBeUndefined();
  });

  it('is 0 where a tensor is equal', () => {
    expect([...map.matrix.values]).toEqual([Math.fround(0.434158), 0, 0, 0]);
  });
});

describe('the lines of a difference', () => {
  it('are one element for each run of one sign, and none is lost', () => {
    const text = '@@ -1,3 +1,3 @@\n a\n-b\n-c\n+d\n e';
    const runs = diffRuns(text);
    expect(runs.map(({ tag, lines }) => `${tag} ${lines.length}`)).toEqual([
      'span 2',
      'del 2',
      'ins 1',
      'span 1',
    ]);
    expect(runs.flatMap(({ lines }) => lines).join('\n')).toBe(text);
  });
});

describe('what is selected', () => {
  it('is a finding with its tensor, whichever of the two was chosen', () => {
    const [name] = reviewed.tensors.map((tensor) => tensor.name);
    for (const selection of [{ finding: 0 }, { tensor: name ?? '' }]) {
      expect(selectedOf(reviewed, selection)).toMatchObject({ title: name, place: 0, tensor: { name } });
    }
  });

  it('is nothing where the review, run again, does not have it any more', () => {
    expect(selectedOf(reviewed, { finding: 7 })).toBeUndefined();
    expect(selectedOf(reviewed, { tensor: 'gone' })).toBeUndefined();
  });
});
