import { beforeEach, expect, test, vi } from 'vitest';
import { InputError } from '../../../src/engine/errors.ts';
import { HeaderFile } from '../../../src/workbench/header/headerFile.ts';
import { loadProblem } from '../../../src/workbench/header/loadProblem.ts';
import { pathOf, sourcesBeside } from '../../../src/workbench/header/uriSource.ts';
import { build, smallModel } from '../gguf/build.ts';
import { FileSystemError, workspace } from '../vscode.ts';

/** Files of VS Code's other file systems, which hand out whole files only. */

const files = new Map<string, { readonly size: number; readonly read: () => Uint8Array }>();
let reads = 0;
const fileAt = (path: string) => {
  const file = files.get(path);
  if (file === undefined) throw new FileSystemError('FileNotFound', `EntryNotFound: ${path}`);
  return file;
};

vi.spyOn(workspace.fs, 'stat').mockImplementation(async ({ path }) => ({ size: fileAt(path).size }));
vi.spyOn(workspace.fs, 'readFile').mockImplementation(async ({ path }) => {
  reads += 1;
  return fileAt(path).read();
});

/** As much of a `Uri` as is used. */
function uri(path: string, scheme = 'github'): Parameters<typeof sourcesBeside>[0] {
  const made: unknown = {
    scheme,
    path,
    fsPath: `/local${path}`,
    with: ({ path: other }: { path: string }) => uri(other, scheme),
  };
  return made as Parameters<typeof sourcesBeside>[0];
}

const headerOf = (at: ReturnType<typeof uri>) =>
  new HeaderFile(pathOf(at), sourcesBeside(at), loadProblem).read({});

beforeEach(() => {
  files.clear();
  reads = 0;
});

test('a small file elsewhere is read whole and shown', async () => {
  const bytes = build(smallModel());
  files.set('/models/small.gguf', { size: bytes.length, read: () => bytes });
  const view = await headerOf(uri('/models/small.gguf'));
  expect(view).toMatchObject({ title: 'Small', files: ['small.gguf'], problem: null });
  // for its header, and for its vocabulary
  expect(reads).toBe(2);
});

test('a large file elsewhere is refused before a byte of it is read', async () => {
  files.set('/models/large.gguf', {
    size: 5 * 2 ** 30,
    read: () => {
      throw new Error('read');
    },
  });
  const refusal = headerOf(uri('/models/large.gguf'));
  await expect(refusal).rejects.toThrow(InputError);
  await expect(refusal).rejects.toThrow(
    '/models/large.gguf is 5120 MB and is in "github", where files can only be read whole. Copy files above 64 MB to a disk and open them there.',
  );
  expect(reads).toBe(0);
});

test('what is absent or fails there is said in a sentence', async () => {
  await expect(headerOf(uri('/models/absent.gguf'))).rejects.toThrow(
    new InputError('/models/absent.gguf does not exist.'),
  );
  files.set('/models/offline.gguf', {
    size: 100,
    read: () => {
      throw new Error('the network is down');
    },
  });
  await expect(headerOf(uri('/models/offline.gguf'))).rejects.toThrow(
    new InputError('/models/offline.gguf cannot be read: the network is down'),
  );
});

test('a file of this machine is read by position, under its path', async () => {
  expect(pathOf(uri('/models/small.gguf', 'file'))).toBe('/local/models/small.gguf');
  await expect(headerOf(uri('/models/small.gguf', 'file'))).rejects.toThrow(
    '/local/models/small.gguf does not exist.',
  );
  expect(reads).toBe(0);
});
