import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../errors.ts';
import { fileError } from './fileErrors.ts';

/**
 * Makes a folder and those above it, where they are not there. Node's own way of doing so never ends below `/proc` and
 * other places that take no folders.
 *
 * @param mode rights of the folders that are made
 * @throws InputError or EngineError where the place takes none, or a file is in the way
 */
export async function makeFolder(folder: string, mode = 0o777): Promise<void> {
  try {
    await made(path.resolve(folder), mode);
  } catch (error) {
    throw codeOf(error) === 'EEXIST'
      ? new InputError(`${folder} is a file, not a folder.`)
      : fileError(folder, error);
  }
}

async function made(folder: string, mode: number): Promise<void> {
  try {
    await mkdir(folder, { mode });
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && (await isFolder(folder))) return;
    const above = path.dirname(folder);
    if (codeOf(error) !== 'ENOENT' || above === folder || (await isFolder(above))) throw error;
    await made(above, mode);
    await mkdir(folder, { mode });
  }
}

async function isFolder(file: string): Promise<boolean> {
  return await stat(file).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;
