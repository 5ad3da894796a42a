import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { faultsIn, roomsTable, standing, withRooms } from '../../../scripts/rooms/floors.ts';
import { cycleIn, importsBelow } from '../../../scripts/rooms/importGraph.ts';
import { ROOMS } from '../../../scripts/rooms/rooms.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const { files, imports } = importsBelow(root, ['src', 'webview']);

describe('the rooms of this repository', () => {
  it('hold every file, and import from nothing above them', () => {
    expect(imports.length).toBeGreaterThan(3000);
    expect(faultsIn(files, imports, ROOMS)).toEqual([]);
  });

  it('have no two files that import each other, in one step or in many', () => {
    expect(cycleIn(imports)).toBeUndefined();
  });

  it('are in ARCHITECTURE.md as the imports have them (npm run build:rooms)', () => {
    const document = readFileSync(path.join(root, 'ARCHITECTURE.md'), 'utf8');
    expect(document).toBe(withRooms(document, roomsTable(standing(imports, ROOMS))));
  });

  it('refuse an import that goes up, for types as for values', () => {
    const up = { from: 'src/engine/gguf/header.ts', to: 'src/engine/llama/model.ts' };
    expect(faultsIn(files, [...imports, up], ROOMS)).toEqual([
      `${up.from} imports ${up.to}, which stands above it.`,
    ]);
    expect(cycleIn([...imports, up])).toContain(up.from);
  });
});

describe('an order of rooms', () => {
  const rooms = ['low', 'low/inner', 'high'].map((name) => ({ path: `src/${name}`, what: name }));
  const [low, inner, high] = ['src/low/a.ts', 'src/low/inner/b.ts', 'src/high/c.ts'] as const;

  it('lets a room import from those before it', () => {
    const down = [
      { from: high, to: low },
      { from: high, to: inner },
      { from: inner, to: low },
    ];
    expect(faultsIn([low, inner, high], down, rooms)).toEqual([]);
    expect(standing(down, rooms).map(({ path: room, floor, on }) => [room, floor, on])).toEqual([
      ['src/low', 0, []],
      ['src/low/inner', 1, ['src/low']],
      ['src/high', 2, ['src/low/inner']],
    ]);
  });

  it('names a file without a room, and a room without a file', () => {
    expect(faultsIn([low, inner, 'src/other/d.ts'], [], rooms)).toEqual([
      'src/other/d.ts lies in no room.',
      'src/high holds no file.',
    ]);
  });

  it('finds a way round in many steps', () => {
    const round = [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'c' },
      { from: 'c', to: 'b' },
    ];
    expect(cycleIn(round)).toEqual(['b', 'c', 'b']);
    expect(cycleIn(round.slice(0, 2))).toBeUndefined();
  });
});
