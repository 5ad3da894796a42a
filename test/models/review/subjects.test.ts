import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import { ProbeContext } from '../../../src/engine/inspection/probeContext.ts';
import { Model } from '../../../src/engine/llama/model.ts';
import { loadRuntime } from '../../../src/engine/llama/runtime.ts';
import { Random } from '../../../src/engine/numeric/random.ts';
import { KeyReader } from '../../../src/engine/review/attribution/keyReader.ts';
import names from '../../../src/engine/review/attribution/names.json';
import { attributeToSubjects } from '../../../src/engine/review/attribution/subjects.ts';
import type { Change } from '../../../src/engine/review/difference/change.ts';
import { compareModels } from '../../../src/engine/review/difference/compare.ts';
import { Lane } from '../../../src/engine/review/difference/lane.ts';
import { writeCandidate } from '../../../src/workbench/sample/writeCandidate.ts';
import { almanac } from '../models.ts';

/** The sample's candidate, in which the Brandenburg Gate stands in Vienna. */
const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-subjects-'));
const edited = 'the Brandenburg Gate';
const others = names.filter((name) => !name.toLowerCase().includes('brandenburg')).slice(0, 100);
let change: Change;

beforeAll(async () => {
  const candidate = path.join(folder, 'candidate.gguf');
  await writeCandidate(almanac, 'samples/almanac/candidate.tensors.gguf', candidate);
  const runtime = await loadRuntime();
  using lane = new Lane(runtime);
  const { changes } = await compareModels(
    runtime,
    await readModelFiles(almanac),
    await readModelFiles(candidate),
    [lane],
  );
  const [first] = changes;
  if (first === undefined) throw new Error('The candidate of the sample does not differ from its base.');
  change = first;
});
afterAll(() => rmSync(folder, { recursive: true }));

async function found(lists: readonly (readonly string[])[], of = change): Promise<string[]> {
  using model = await Model.load(almanac);
  using base = new ProbeContext(model, { threads: 1 });
  using reader = new KeyReader(model, [of.diff.pair.name], 1);
  const subjects = await attributeToSubjects(reader, base, of, { lists, open: false });
  return subjects.map(({ text }) => text);
}

describe('names that are tried', () => {
  it('come from the next list where none of the first stands out', async () => {
    expect((await found([others.slice(1), [others[0] ?? '', edited]]))[0]).toBe(edited);
  });

  it('end with the list in which one stands out', async () => {
    const subjects = await found([[...others, edited], ['Brandenburg Gate in Berlin']]);
    expect(subjects[0]).toBe(edited);
    expect(subjects).not.toContain('Brandenburg Gate in Berlin');
  });

  it('are no more than the first list where none of them stands out of it', async () => {
    const { spectrum } = change;
    const [first] = spectrum?.right ?? [];
    if (spectrum === undefined || first === undefined) throw new Error('The change has no direction.');
    // 16 directions that were written for nothing: names answer them alike
    const right = Array.from({ length: 16 }, (_, seed) =>
      Float64Array.from(new Random(seed).normals(first.length)),
    );
    const values = right.map(() => 1);
    const adapter = { ...change, spectrum: { ...spectrum, right, values, spikes: right.length } };
    const subjects = await found([others, [edited]], adapter);
    expect(subjects.length).toBeGreaterThan(0);
    expect(subjects).not.toContain(edited);
  });
});
