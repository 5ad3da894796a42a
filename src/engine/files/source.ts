import { type FileHandle, open, stat } from 'node:fs/promises';
import { InputError } from '../errors.ts';
import { fileError } from './fileErrors.ts';
import { partialFile } from './partialFiles.ts';

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
    const partial = partialFile(path);
    return {
      name: partial?.name ?? path,
      size,
      async read(offset, length) {
        const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
        try {
          await partial?.need(offset, bytes.length);
          return bytes.subarray(0, await readInPieces(file, bytes, offset));
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

/** One call reads less than 2³¹ bytes at the most, and on some systems stops before what it was asked for. */
const piece = 1 << 30;

/** Fills `bytes` from `offset` of a file on. @returns how many there were before the file ended */
export async function readInPieces(file: FileHandle, bytes: Uint8Array, offset: number): Promise<number> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesRead } = await file.read(bytes, done, Math.min(piece, bytes.length - done), offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

/** The sizes and identity of a regular file; opening a pipe or a device could block for ever. */
export async function regularFile(path: string) {
  const found = await stat(path);
  if (found.isFile()) return found;
  throw new InputError(`${path} is ${found.isDirectory() ? 'a folder' : 'not a regular file'}.`);
}
