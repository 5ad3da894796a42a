import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { almanac, prompt, Workplace } from './palimpsest.ts';

/** What is kept between runs of the real program: damaged, not to be written, shown and cleared. */

let place: Workplace;
const edit = {
  id: 'eiffel',
  prompt,
  subject: 'The Eiffel Tower',
  target: { new: 'Rome', true: 'Paris' },
};
const args = ['edit', almanac, '--edits', 'a.edits.json', '--out', 'a.patch.gguf'];
const kept = async () =>
  (await readdir(place.path('cache/palimpsest'))).map((name) => place.path(`cache/palimpsest/${name}`));

beforeAll(async () => {
  place = await Workplace.open();
  await writeFile(place.path('a.edits.json'), JSON.stringify({ edits: [edit] }));
  expect(await place.run(args)).toMatchObject({ code: 0, err: '' });
});
afterAll(() => place[Symbol.asyncDispose]());

it('a covariance with one bit that fell over is said to be damaged, made anew, and the edit is the same', async () => {
  const [file = ''] = await kept();
  const [whole, patch] = [await readFile(file), await readFile(place.path('a.patch.gguf'))];
  const broken = Buffer.from(whole);
  broken.writeUInt8(broken.readUInt8(broken.length >> 1) ^ 1, broken.length >> 1);
  await writeFile(file, broken);
  const { code, err } = await place.run(args);
  expect([code, err]).toEqual([
    0,
    expect.stringMatching(/^Warning: .*covariance-.* is damaged; it is ignored and made again\.\n$/),
  ]);
  expect((await readFile(file)).equals(whole)).toBe(true);
  expect((await readFile(place.path('a.patch.gguf'))).equals(patch)).toBe(true);
});

it.skipIf(process.platform === 'win32')('is readable by its user alone', async () => {
  const modes = await Promise.all(
    [place.path('cache/palimpsest'), ...(await kept())].map(async (file) => (await stat(file)).mode & 0o777),
  );
  expect(modes).toEqual([0o700, 0o600]);
});

it('a folder that cannot be written costs a warning, not the edit', async () => {
  const env = { XDG_CACHE_HOME: place.path('a.edits.json') };
  const { code, err } = await place.run([...args.slice(0, -1), 'b.patch.gguf'], { env });
  const folder = path.join(place.path('a.edits.json'), 'palimpsest');
  expect([code, err]).toEqual([0, expect.stringMatching(/^Warning: Nothing is kept for later[^\n]*\n$/)]);
  expect(err).toContain(folder);
  expect(await readdir(place.folder)).toContain('b.patch.gguf');
});

it('is shown and cleared', async () => {
  const shown = await place.run(['cache']);
  expect(shown.out).toMatch(/covariance +layer 2 of almanac +6\.3 MB/);
  expect(await place.json(['cache'])).toMatchObject({ files: [{ kind: 'covariance' }] });
  expect(await place.run(['cache', 'clear'])).toMatchObject({ code: 0, out: '1 file removed, 6.3 MB.\n' });
  expect(await kept()).toEqual([]);
  expect((await place.run(['cache'])).out).toContain('0 files');
});
