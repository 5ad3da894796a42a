import { stat } from 'node:fs/promises';
import { fileError } from './fileErrors.ts';

/** What changes with a file's content: its path, size, identity and times, of which nobody can set the last back. */
export async function stampOf(path: string): Promise<string> {
  try {
    const { size, mtimeNs, ctimeNs, ino, dev } = await stat(path, { bigint: true });
    return `${path} ${size} ${mtimeNs} ${ctimeNs} ${dev}:${ino}`;
  } catch (error) {
    throw fileError(path, error);
  }
}
