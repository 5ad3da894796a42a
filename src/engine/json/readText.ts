import { readFile } from 'node:fs/promises';
import { InputError } from '../errors.ts';
import { fileError } from '../gguf/fileErrors.ts';
import { regularFile } from '../gguf/source.ts';

/** Reads a text file of at most `mostBytes`. Errors: `InputError` where it is larger, unreadable or not UTF-8. */
export async function readText(path: string, mostBytes: number): Promise<string> {
  const bytes = await bytesOf(path, mostBytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const beforeIt = new TextDecoder().decode(bytes).split('\ufffd', 1)[0] ?? '';
    const line = beforeIt.split('\n').length;
    throw new InputError(`${path} is not UTF-8 text (line ${line}); save it in that encoding.`, { cause });
  }
}

async function bytesOf(path: string, mostBytes: number): Promise<Uint8Array> {
  try {
    const { size } = await regularFile(path);
    if (size <= mostBytes) return await readFile(path);
  } catch (error) {
    throw fileError(path, error);
  }
  throw new InputError(`${path} is larger than ${mostBytes >> 20} MB.`);
}
