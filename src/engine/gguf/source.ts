import { open, stat } from 'node:fs/promises';
import { InputError } from '../errors.ts';
import { fileError } from './fileErrors.ts';

/**
 * Bytes that are read by position: a local file, or a file behind VS Code's `workspace.fs`. Headers are read
 * through it, so that neither a large file nor a remote one is ever read whole.
 */
export interface ByteSource {
  /** The file's name, as errors show it. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Reads `length` bytes from `offset`, fewer only where the source ends. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Opens a local file. Errors: `InputError` where it is absent, unreadable, or no regular file. */
export async function openFile(path: string): Promise<ByteSource & AsyncDisposable> {
  try {
    const { size } = await regularFile(path);
    const file = await open(path, 'r');
    return {
      name: path,
      size,
      async read(offset, length) {
        const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
        try {
          const { bytesRead } = await file.read(bytes, 0, bytes.length, offset);
          return bytes.subarray(0, bytesRead);
        } catch (error) {
          throw fileError(path, error);
        }
      },
      async [Symbol.asyncDispose]() {
        await file.close();
      },
    };
  } catch (error) {
    throw fileError(path, error);
  }
}

/** The sizes and identity of a regular file; opening a pipe or a device could block for ever. */
export async function regularFile(path: string) {
  const found = await stat(path);
  if (found.isFile()) return found;
  throw new InputError(`${path} is ${found.isDirectory() ? 'a folder' : 'not a regular file'}.`);
}
