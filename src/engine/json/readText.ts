import { readFile } from 'node:fs/promises';
import { InputError } from '../errors.ts';
import { fileError } from '../files/fileErrors.ts';
import { fetchWhole } from '../files/partialFiles.ts';
import { regularFile } from '../files/source.ts';
import { notText } from './notText.ts';

/**
 * Reads a text file of at most `maxBytes`, in UTF-8 or, where it begins with the mark of its byte order, in UTF-16.
 * Errors: `InputError` where it is larger, unreadable or neither.
 */
export async function readText(path: string, maxBytes: number): Promise<string> {
  const bytes = await bytesOf(path, maxBytes);
  const fault = notText(path, bytes);
  if (fault !== undefined) throw fault;
  const encoding = ENCODINGS[`${bytes[0]} ${bytes[1]}`] ?? 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    if (encoding !== 'utf-8') {
      throw new InputError(`${path} is damaged: it begins as UTF-16 text and is none.`, { cause });
    }
    const beforeIt = new TextDecoder().decode(bytes).split('\ufffd', 1)[0] ?? '';
    const line = beforeIt.split('\n').length;
    throw new InputError(`${path} is not UTF-8 text (line ${line}); save it in that encoding.`, { cause });
  }
}

/** By the first two bytes. */
const ENCODINGS: Readonly<Record<string, string>> = { '255 254': 'utf-16le', '254 255': 'utf-16be' };

async function bytesOf(path: string, maxBytes: number): Promise<Uint8Array> {
  if (/^[a-z]+:\/\//i.test(path)) {
    throw new InputError(`${path} is an address, not a file; download it and give the file.`);
  }
  try {
    const { size } = await regularFile(path);
    if (size <= maxBytes) {
      await fetchWhole(path);
      return await readFile(path);
    }
  } catch (error) {
    throw fileError(path, error);
  }
  throw new InputError(`${path} is larger than ${maxBytes >> 20} MB.`);
}
