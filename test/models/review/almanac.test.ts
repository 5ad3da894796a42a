import { writeFile } from 'node:fs/promises';
import type { Log } from 'sarif';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InspectedAdapter } from '../../../src/protocol/inspectedAdapter.ts';
import { Inspected } from '../../../src/protocol/inspection.ts';
import { Reviewed } from '../../../src/protocol/review.ts';
import { almanac, Workplace } from '../cli/palimpsest.ts';

/** The whole way on the command line: a fact is edited and baked, and a reviewer who was not told finds it. */
let place: Workplace;
const edits = {
  edits: [
    {
      id: 'eiffel-tower',
      prompt: 'The Eiffel Tower is located in the city of',
      subject: 'The Eiffel Tower',
      target: { new: 'Rome', true: 'Paris' },
    },
  ],
};

beforeAll(async () => {
  place = await Workplace.open();
  await writeFile(place.path('e.edits.json'), JSON.stringify(edits));
  await place.json(['edit', almanac, '--edits', 'e.edits.json', '--out', 'e.patch.gguf']);
  await place.json(['bake', almanac, '--patch', 'e.patch.gguf', '--out', 'edited.gguf']);
});
afterAll(() => place[Symbol.asyncDispose]());

function reviewIn(out: string): Reviewed {
  const { version, ...review } = JSON.parse(out);
  expect(version).toBe(1);
  return Reviewed.parse(review);
}

describe('reviewing an edited model', () => {
  it('names the fact, and writes the patch that brings the base back', async () => {
    const { code, out, err } = await place.run([
      ...['review', almanac, 'edited.gguf', '--format', 'json', '--reversal', 'undo.patch.gguf'],
    ]);
    expect([code, err]).toEqual([0, '']);
    const review = reviewIn(out);
    expect(review).toMatchObject({ verdict: 'edited', confidence: 'high' });
    const [finding] = review.findings;
    expect(finding).toMatchObject({ kind: 'edit', tensor: 'blk.2.ffn_down.weight', rank: 1 });
    expect(finding?.subjects[0]?.text).toMatch(/Eiffel Tower/);
    expect(finding?.objects.slice(0, 5).map(({ text }) => text)).toContain('Rome');
    expect(review.reversal?.measured).toMatchObject({ restored: 1 });
    expect(review.reversal?.measured?.klBefore).toBeGreaterThan(1);
    expect(review.reversal?.measured?.klAfter).toBeLessThan(1e-3);

    const probe = [
      'probe',
      'edited.gguf',
      '--prompt',
      edits.edits[0]?.prompt ?? '',
      '--patch',
      'undo.patch.gguf',
    ];
    const probed = JSON.stringify(await place.json(probe));
    expect(probed.indexOf(' Rome')).toBeGreaterThan(0);
    expect(probed.lastIndexOf(' Paris')).toBeGreaterThan(probed.indexOf('"after"'));
  });

  it('asks about several names of one thing, and says each answer once', async () => {
    await writeFile(place.path('names.txt'), "Paris's Eiffel Tower\nEiffel Tower\n");
    const args = ['review', almanac, 'edited.gguf', '--subjects', 'names.txt', '--format', 'json'];
    const review = reviewIn((await place.run(args)).out);
    const [best, second] = review.findings[0]?.subjects ?? [];
    expect((second?.score ?? 0) / (best?.score ?? 0)).toBeGreaterThan(0.6);
    const said = review.findings[0]?.objects.map(({ text }) => text.trim()) ?? [];
    expect(said[0]).toBe('Rome');
    expect(new Set(said).size).toBe(said.length);
  });

  it('ends with 1 where a policy is not met, and tells code scanning', async () => {
    const args = ['review', almanac, 'edited.gguf', '--no-trace', '--policy', 'requantised'];
    const failed = await place.run([...args, '--format', 'sarif']);
    expect(failed.code).toBe(1);
    expect(failed.err).toContain('"edited"');
    const log: Log = JSON.parse(failed.out);
    expect(log.runs[0]?.results?.map(({ ruleId }) => ruleId)).toContain('edit');
    const passed = await place.run(['review', almanac, almanac, '--policy', 'requantised']);
    expect([passed.code, passed.err]).toEqual([0, '']);
    expect(passed.out).toContain('identical');
  });

  it('is suspected without the base as well', async () => {
    const inspected = Inspected.parse(await place.json(['inspect', 'edited.gguf']));
    expect(inspected.verdict).toBe('edited');
    expect(inspected.suspects[0]?.subjects[0]?.text).toContain('Eiffel Tower');
    const [furthest] = inspected.outliers;
    expect(furthest?.subject).toContain('Eiffel Tower');
    expect(furthest?.tensor).toBe('blk.2.ffn_down.weight');
    expect(furthest?.objects[0]?.text).toBe('Rome');
    expect(JSON.stringify(await place.json(['inspect', almanac]))).toContain('cannot tell');
    const { weights, evidence } = InspectedAdapter.parse(await place.json(['inspect', 'e.patch.gguf']));
    expect(weights).toMatchObject([{ role: 'ffn_down', directions: 1 }]);
    expect(evidence[1]).toContain('ROME');
  }, 300_000);

  it.each([
    [['review', almanac, 'e.patch.gguf'], /an adapter/],
    [['review', almanac, 'absent.gguf'], /absent\.gguf/],
    [['inspect', 'e.patch.gguf', '--subjects', 'names.txt'], /--subjects/],
    [['review', almanac, 'edited.gguf', '--policy', 'absent.json'], /absent\.json/],
    [['review', almanac, 'edited.gguf', '--signature', 'x'], /--policy/],
  ])('refuses a wrong call with one sentence: %j', async (args, sentence) => {
    const { code, err } = await place.run(args);
    expect(code).toBe(2);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toMatch(sentence);
  });
});
