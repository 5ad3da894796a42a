import { link, mkdir, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test as base, expect } from 'vitest';
import { CancelledError, EngineError, InputError } from '../../../src/engine/errors.ts';
import { writeAtomically } from '../../../src/engine/files/atomicWrite.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const test = base.extend(temporaryFolder);

test('the target appears complete, and nothing else does', async ({ folder }) => {
  const target = join(folder, 'patch.gguf');
  await writeFile(target, 'old');
  await writeAtomically(target, async (temporary) => {
    await writeFile(temporary, 'new');
    expect(await readFile(target, 'utf8')).toBe('old');
  });
  expect(await readFile(target, 'utf8')).toBe('new');
  expect(await readdir(folder)).toEqual(['patch.gguf']);
});

const failure = (code: string) => Object.assign(new Error(`${code}: said by the system`), { code });

test.for<readonly [string, Error, Error]>([
  ['the disk fills up', failure('ENOSPC'), new EngineError('TARGET does not fit: the disk is full.')],
  [
    'the quota is used up',
    failure('EDQUOT'),
    new EngineError('TARGET does not fit: the disk quota is used up.'),
  ],
  [
    'the disk is read-only',
    failure('EROFS'),
    new InputError('TARGET lies on a read-only file system; choose another place.'),
  ],
  ['permission is denied', failure('EACCES'), new InputError('TARGET is not accessible: permission denied.')],
  ['it is cancelled', new CancelledError('Baking'), new CancelledError('Baking')],
  ['the engine fails', new EngineError('llama.cpp failed.'), new EngineError('llama.cpp failed.')],
  ['there is a defect', new TypeError('x is not a function'), new TypeError('x is not a function')],
])('when %s, the old file stays and no other is left', async ([, thrown, expected], { folder }) => {
  const target = join(folder, 'patch.gguf');
  await writeFile(target, 'old');
  const write = writeAtomically(target, async (path) => {
    await writeFile(path, 'half');
    throw thrown;
  });
  const error = await write.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(expected.constructor);
  expect(error).toHaveProperty('message', expected.message.replace('TARGET', target));
  expect(await readFile(target, 'utf8')).toBe('old');
  expect(await readdir(folder)).toEqual(['patch.gguf']);
});

test('a disk that is really full', async ({ folder }) => {
  const target = join(folder, 'patch.gguf');
  const write = writeAtomically(target, () => writeFile('/dev/full', 'x'));
  await expect(write).rejects.toThrow(new EngineError(`${target} does not fit: the disk is full.`));
  expect(await readdir(folder)).toEqual([]);
});

test('a place that cannot be written is told before any work', async ({ folder }) => {
  const never = () => Promise.reject(new Error('must not be called'));
  await writeFile(join(folder, 'file'), '');
  await expect(writeAtomically(join(folder, 'absent', 'patch.gguf'), never)).rejects.toThrow(
    new InputError(`${join(folder, 'absent')} does not exist.`),
  );
  await expect(writeAtomically(join(folder, 'file', 'patch.gguf'), never)).rejects.toThrow(
    /file.* lies below something that is not a folder\./,
  );
  await expect(writeAtomically(folder, never)).rejects.toThrow(
    new InputError(`${folder} is a folder; give the name of a file.`),
  );
});

test('the base is never replaced, by whatever name', async ({ folder }) => {
  const base = join(folder, 'base.gguf');
  await writeFile(base, 'weights');
  await symlink(base, join(folder, 'soft.gguf'));
  await link(base, join(folder, 'hard.gguf'));
  await mkdir(join(folder, 'models'));
  await symlink(folder, join(folder, 'models', 'link'));

  const names = [
    base,
    join(folder, 'soft.gguf'),
    join(folder, 'hard.gguf'),
    join(folder, 'models', 'link', 'base.gguf'),
  ];
  for (const target of names) {
    const write = writeAtomically(target, (path) => writeFile(path, 'other'), { protect: [base] });
    await expect(write).rejects.toThrow(
      `${target} is the base ${base} itself, which is never written; choose another name.`,
    );
  }
  const throughLink = writeAtomically(base, (path) => writeFile(path, 'other'), {
    protect: [join(folder, 'soft.gguf')],
  });
  await expect(throughLink).rejects.toThrow(InputError);
  expect(await readFile(base, 'utf8')).toBe('weights');
  expect(await readdir(folder)).toEqual(['base.gguf', 'hard.gguf', 'models', 'soft.gguf']);
});

test('a target that becomes the base while it is written is refused too', async ({ folder }) => {
  const base = join(folder, 'base.gguf');
  const target = join(folder, 'baked.gguf');
  await writeFile(base, 'weights');
  const write = writeAtomically(
    target,
    async (temporary) => {
      await writeFile(temporary, 'other');
      await link(base, target);
    },
    { protect: [base] },
  );
  await expect(write).rejects.toThrow(InputError);
  expect(await readFile(base, 'utf8')).toBe('weights');
  expect((await readdir(folder)).toSorted()).toEqual(['baked.gguf', 'base.gguf']);
});

test('what a killed process left is removed after a day, and nothing else', async ({ folder }) => {
  const own = (letter: string) => `.patch.gguf.${letter.repeat(8)}-1111-2222-3333-${'4'.repeat(12)}.tmp`;
  const [old, fresh, folderOfThatName] = [own('a'), own('b'), own('c')];
  const others = ['.patch.gguf.tmp', 'patch.gguf.aaaaaaaa-1111-2222-3333-444444444444.tmp', '.other.tmp'];
  const long = new Date(Date.now() - 25 * 60 * 60 * 1000);
  for (const name of [old, fresh, ...others]) await writeFile(join(folder, name), 'half');
  await mkdir(join(folder, folderOfThatName));
  for (const name of [old, folderOfThatName, ...others]) await utimes(join(folder, name), long, long);
  await writeAtomically(join(folder, 'other.gguf'), (temporary) => writeFile(temporary, 'whole'));
  expect((await readdir(folder)).sort()).toEqual([fresh, folderOfThatName, 'other.gguf', ...others].sort());
});
