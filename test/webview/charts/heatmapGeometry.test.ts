import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cellAt,
  contentSize,
  cornerOf,
  fitCells,
  type Grid,
  moved,
  scrollTo,
  visibleCells,
} from '../../../webview/charts/heatmapGeometry.ts';

const grid: Grid = { rows: 80, columns: 2000, cellWidth: 12, cellHeight: 14, gutterLeft: 34, gutterTop: 64 };
const viewport = { left: 1200, top: 140, width: 834, height: 484 };

describe('the cells of a scrolled heatmap', () => {
  it('are those that the window shows, however many there are', () => {
    expect(visibleCells(grid, viewport)).toEqual({
      firstRow: 10,
      lastRow: 40,
      firstColumn: 100,
      lastColumn: 167,
    });
    expect(contentSize(grid)).toEqual({ width: 34 + 24_000, height: 64 + 1120 });
  });

  it('end where the matrix ends', () => {
    const end = { ...viewport, left: 24_000 - 400, top: 1120 - 100 };
    expect(visibleCells(grid, end)).toMatchObject({ lastRow: 80, lastColumn: 2000 });
    expect(visibleCells({ ...grid, rows: 0, columns: 0 }, viewport)).toMatchObject({
      firstRow: 0,
      lastRow: 0,
    });
  });

  it('are hit inside, and not in the gutters or beyond the last', () => {
    expect(cellAt(grid, viewport, 34, 64)).toEqual({ row: 10, column: 100 });
    expect(cellAt(grid, viewport, 33, 64)).toBeUndefined();
    expect(cellAt(grid, viewport, 34, 63)).toBeUndefined();
    expect(cellAt({ ...grid, columns: 101 }, viewport, 60, 64)).toBeUndefined();
  });

  it('are hit at their own corner, at any size and scroll', () => {
    const cell = fc.record({ row: fc.nat(79), column: fc.nat(1999) });
    const size = fc.record({
      cellWidth: fc.integer({ min: 3, max: 90 }),
      cellHeight: fc.integer({ min: 3, max: 90 }),
    });
    fc.assert(
      fc.property(cell, size, (wanted, sizes) => {
        const sized = { ...grid, ...sizes };
        const at = { ...viewport, ...scrollTo(sized, { ...viewport, left: 0, top: 0 }, wanted) };
        const { x, y } = cornerOf(sized, at, wanted);
        expect(cellAt(sized, at, x, y)).toEqual(wanted);
        expect(x + sized.cellWidth).toBeLessThanOrEqual(viewport.width);
        expect(y + sized.cellHeight).toBeLessThanOrEqual(viewport.height);
      }),
    );
  });

  it('are not scrolled to when they are seen already', () => {
    expect(scrollTo(grid, viewport, { row: 20, column: 120 })).toEqual({ left: 1200, top: 140 });
  });

  it('fill the window where they can, and stay large enough to be pointed at', () => {
    expect(fitCells({ rows: 6, columns: 12 }, { width: 600, height: 150 }, 1)).toEqual({
      cellWidth: 50,
      cellHeight: 25,
    });
    expect(fitCells(grid, { width: 600, height: 150 }, 1)).toEqual({ cellWidth: 12, cellHeight: 12 });
    expect(fitCells(grid, { width: 600, height: 150 }, 0.01)).toEqual({ cellWidth: 3, cellHeight: 3 });
  });
});

describe('the keyboard cursor', () => {
  it('moves to neighbours and stays inside', () => {
    expect(moved(grid, { row: 0, column: 0 }, 'ArrowUp')).toEqual({ row: 0, column: 0 });
    expect(moved(grid, { row: 0, column: 0 }, 'ArrowDown')).toEqual({ row: 1, column: 0 });
    expect(moved(grid, { row: 75, column: 3 }, 'PageDown')).toEqual({ row: 79, column: 3 });
    expect(moved(grid, { row: 5, column: 3 }, 'End')).toEqual({ row: 5, column: 1999 });
    expect(moved(grid, { row: 5, column: 3 }, 'a')).toBeUndefined();
  });
});
