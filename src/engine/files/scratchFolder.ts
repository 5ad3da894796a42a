import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileError } from './fileErrors.ts';
import { temporary } from './temporaries.ts';

/**
 * A folder for patches that nobody keeps; it goes when it is disposed of.
 *
 * @throws InputError or EngineError where the system's folder for temporary files takes none
 */
export async function scratchFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const folder = path.join(tmpdir(), `palimpsest-${randomUUID()}`);
  const removal = temporary(folder);
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    await removal[Symbol.asyncDispose]();
    throw fileError(tmpdir(), error);
  }
  return { path: folder, [Symbol.asyncDispose]: () => removal[Symbol.asyncDispose]() };
}
