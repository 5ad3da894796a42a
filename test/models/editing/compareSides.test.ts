import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readEditsFile } from '../../../src/engine/editing/editsFile/editsFile.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { type ComparedSide, Comparison } from '../../../src/protocol/comparison.ts';
import type { EngineService } from '../../../src/workbench/engine/engineService.ts';
import { compareSides } from '../../../src/workbench/tasks/compareSides.ts';
import { almanac } from '../models.ts';

const engine = new Engine({ threads: 1 });
afterAll(() => engine[Symbol.dispose]());
const quietly = async (work: (client: Engine) => unknown) => await work(engine);
const service = { quietly } as unknown as EngineService;
const dataset = path.join(path.dirname(almanac), 'almanac.edits.json');

const side = (changes: Partial<ComparedSide>): ComparedSide => ({
  ...{ label: 'one', model: almanac, edit: 'the-eiffel-tower', strength: 1 },
  ...changes,
});

test('an edit at two strengths: one is the base itself, the other gives the new answer', async () => {
  const sides: [ComparedSide, ComparedSide] = [side({ strength: 0 }), side({ layer: 2 })];
  const found = Comparison.parse(await compareSides(service, { kind: 'compare', dataset, sides }, {}));
  const [edit] = found.edits;
  expect(found.edits).toHaveLength(1);
  expect(found.made[1]).toMatchObject({ method: 'rome-several-keys', layer: 2 });
  const [none, whole] = edit?.readings ?? [];
  expect(none?.moved.every((moved) => moved === 0)).toBe(true);
  expect(whole?.moved.some((moved) => moved !== null && moved > 0)).toBe(true);
  const tops = edit?.measured.map(({ edits: [measured] }) => measured?.probes[0]?.after.top[0]?.token);
  expect(tops).toEqual([' Paris', ' Rome']);
});

test('two edits of a file: each side is asked the probes of both', async () => {
  const { edits } = await readEditsFile(dataset);
  const [first, second] = [edits[0]?.id ?? '', edits[1]?.id ?? ''];
  const sides: [ComparedSide, ComparedSide] = [side({ edit: first }), side({ edit: second })];
  const found = await compareSides(service, { kind: 'compare', dataset, sides }, {});
  expect(found.edits.map(({ id }) => id)).toEqual([first, second]);
  const works = found.edits.map(({ measured }) =>
    measured.map(({ edits: [measured] }) => measured?.probes[0]?.passedAfter),
  );
  expect(works).toEqual([
    [true, false],
    [false, true],
  ]);
});
