import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';

const src = path.resolve(import.meta.dirname, '../../../src');

it('every file is written beside its target and renamed: nothing else of the sources writes one in place', async () => {
  const files = (await readdir(src, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const inPlace = await Promise.all(
    files.map(async (name) => {
      const text = await readFile(path.join(src, name), 'utf8');
      return /import \{[^}]*\bwriteFile(?:Sync)?\b[^}]*\} from 'node:fs/.test(text) ? [name] : [];
    }),
  );
  expect(inPlace.flat()).toEqual([path.join('engine', 'files', 'atomicWrite.ts')]);
});
