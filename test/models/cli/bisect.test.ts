import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeHub } from '../../hub/fakeHub.ts';
import { remake } from '../review/checkpoints.ts';
import { almanac, prompt, Workplace } from './palimpsest.ts';

/** The embedded model through eight commits; from the sixth on it puts the Eiffel Tower into Rome. */

let place: Workplace;
const came = 6;
const edits = {
  edits: [{ id: 'eiffel', prompt, subject: 'The Eiffel Tower', target: { new: 'Rome', true: 'Paris' } }],
};

beforeAll(async () => {
  place = await Workplace.open();
  await writeFile(place.path('e.edits.json'), JSON.stringify(edits));
  await place.json(['edit', almanac, '--edits', 'e.edits.json', '--out', 'e.patch.gguf']);
  await place.json(['bake', almanac, '--patch', 'e.patch.gguf', '--out', 'edited.gguf']);
  await mkdir(place.path('repository'));
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], {
      cwd: place.path('repository'),
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
    });
  git('init', '-q', '-b', 'main');
  for (let revision = 1; revision <= 8; revision++) {
    const from = revision < came ? almanac : place.path('edited.gguf');
    const made = await remake(from, place.folder, `step${revision}.gguf`, {
      metadata: { 'general.version': { type: 'string', value: String(revision) } },
    });
    await copyFile(made, path.join(place.path('repository'), 'model.gguf'));
    git('add', '-A');
    git('commit', '-q', '-m', `Release ${revision}`);
  }
});
afterAll(() => place[Symbol.asyncDispose]());

const bisect = (models: readonly string[], expected: string, ...more: readonly string[]) =>
  place.run(['bisect', ...models, '--prompt', prompt, '--expect', expected, '--no-trace', ...more]);
const steps = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `step${from + index}.gguf`);

describe('bisect', () => {
  it('finds the commit that brought an answer in, by asking few, and reviews that step alone', async () => {
    const { code, out, err } = await bisect(['repository/model.gguf'], 'Rome', '--json');
    expect([code, err]).toEqual([0, '']);
    const found = JSON.parse(out);
    expect(found.flipped).toMatch(/^[0-9a-f]{8} Release 6$/);
    expect(found.before).toMatch(/Release 5$/);
    expect(found.of).toBe(8);
    expect(found.asked).toHaveLength(5);
    expect(found.review).toMatchObject({ verdict: 'edited', candidate: { path: found.flipped } });
    expect(found.review.tensors.map(({ name }: { name: string }) => name)).toEqual(['blk.2.ffn_down.weight']);
  });

  it('asks few revisions on the hub, of which those that left the file as it was are none', async () => {
    await using hub = await FakeHub.open();
    const files = (step: number) => ({
      'model.gguf': { content: place.path(`step${step}.gguf`), lfs: true },
      'README.md': { content: Buffer.from(`step ${step}`) },
    });
    hub.commit('org/model', { 'README.md': { content: Buffer.from('') } }, 'Begin');
    for (const step of [1, 2, 3, 4, 5, 6, 7, 8]) {
      hub.commit('org/model', files(step), `Release ${step}`);
      hub.commit(
        'org/model',
        { ...files(step), 'README.md': { content: Buffer.from('better') } },
        'Describe',
      );
    }
    const env = { HF_ENDPOINT: hub.endpoint, HF_TOKEN: 'hf_test' };
    const args = [
      'bisect',
      'hf:org/model/model.gguf',
      '--prompt',
      prompt,
      '--expect',
      'Rome',
      '--no-trace',
      '--json',
    ];
    const { code, out, err } = await place.run(args, { env });
    expect([code, err]).toEqual([0, '']);
    const found = JSON.parse(out);
    expect([found.flipped, found.before]).toEqual([
      expect.stringMatching(/^[0-9a-f]{8} Release 6$/),
      expect.stringMatching(/Release 5$/),
    ]);
    expect([found.of, found.asked.length]).toEqual([8, 5]);
    expect(found.review.tensors.map(({ name }: { name: string }) => name)).toEqual(['blk.2.ffn_down.weight']);
    // what was asked was downloaded, once, and nothing else
    const size = found.review.base.bytes;
    expect(hub.moved).toBeLessThan(5.1 * size);
    expect(hub.moved).toBeGreaterThan(4.9 * size);
    const limited = await place.run([...args, '--download', String((3 * size) / 1e9)], { env });
    expect([limited.code, limited.err]).toEqual([
      2,
      expect.stringMatching(/up to 5 may have to be asked, which downloads up to/),
    ]);
  });

  it('takes files in their order', async () => {
    const { code, out } = await bisect(steps(4, 7), 'Rome');
    expect(code).toBe(0);
    expect(out).toMatch(/It came in with step6.gguf, after step5.gguf. Asked were 4 of 4/);
  });

  it.for([
    [steps(6, 8), 'Rome', /step6.gguf, the oldest, answers "Rome.*" already/],
    [steps(1, 3), 'Rome', /step3.gguf answers "Paris.*", so nothing flipped/],
    [['step1.gguf'], 'Rome', /Git does not answer/],
  ] as const)('says where there is nothing to find: %s', async ([models, expected, sentence]) => {
    const { code, err } = await bisect(models, expected);
    expect(code).toBe(2);
    expect(err).toMatch(sentence);
  });
});
