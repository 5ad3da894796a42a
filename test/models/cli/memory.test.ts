import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Info } from '../../../src/protocol/model.ts';
import { almanac, prompt, Workplace } from './palimpsest.ts';

/** What an edit may take of the machine's memory, as it is told to the real program. */

let place: Workplace;
let least: number;
const edit = { id: 'eiffel', prompt, subject: 'The Eiffel Tower', target: { new: 'Rome', true: 'Paris' } };
const args = ['edit', almanac, '--edits', 'a.edits.json', '--out', 'a.patch.gguf'];

beforeAll(async () => {
  place = await Workplace.open();
  await writeFile(place.path('a.edits.json'), JSON.stringify({ edits: [edit] }));
  const { editMemory, digest } = Info.parse(await place.json(['info', almanac]));
  expect(digest).toBeNull();
  least = editMemory.least;
});
afterAll(() => place[Symbol.asyncDispose]());

it('an edit in the least memory is made with fewer copies, which is said', async () => {
  const memory = String((least + 1e6) / 1e9);
  const { code, err } = await place.run([...args, '--memory', memory]);
  expect([code, err]).toEqual([
    0,
    expect.stringMatching(
      /^Warning: Of 0\.01 GB of transposed weights 0\.00 fit into 0\.2 GB .* slower\.\n$/,
    ),
  ]);
  const after = await place.run(['probe', almanac, '--prompt', prompt, '--patch', 'a.patch.gguf']);
  expect(after.out).toMatch(/Rome/);
});

it('one that cannot fit is refused with the figures', async () => {
  const { code, err } = await place.run([...args, '--memory', String((least - 1e6) / 1e9)]);
  expect([code, err]).toEqual([
    3,
    expect.stringMatching(/^An edit of .* takes at least about 0\.2 GB of memory, and 0\.2 GB may be used;/),
  ]);
});

it('the limit may stand in the environment, and must be a number', async () => {
  const small = await place.run(args, { env: { PALIMPSEST_MEMORY: '0.05' } });
  expect([small.code, small.err]).toEqual([3, expect.stringMatching(/needs about 0\.05 GB of memory/)]);
  const wrong = await place.run(args, { env: { PALIMPSEST_MEMORY: 'much' } });
  expect([wrong.code, wrong.err]).toEqual([
    2,
    expect.stringMatching(/^PALIMPSEST_MEMORY is "much", not a number/),
  ]);
  const option = await place.run([...args, '--memory', 'much']);
  expect(option.code).toBe(2);
});
