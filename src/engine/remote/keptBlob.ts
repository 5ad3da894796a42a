import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { isOwnFile } from '../files/cacheFolder.ts';

/** What is known of a file of which parts were fetched. */
export interface KeptBlob {
  /** A bit a block. */
  readonly have: Uint8Array;
  /** All of it was there, and had the digest that it should have. */
  readonly verified: boolean;
}

const Kept = z.object({
  identity: z.string(),
  name: z.string(),
  size: z.int().min(0),
  verified: z.boolean(),
  have: z.base64(),
});

/** Beside the content: what of it is there. */
export const mapOf = (file: string): string => `${file}.json`;

/** What an earlier run left of a file; undefined for none, what is damaged, or of another. */
export async function keptBlob(
  file: string,
  { identity, size }: { readonly identity: string; readonly size: number },
): Promise<KeptBlob | undefined> {
  try {
    if (!(await isOwnFile(file)) || !(await isOwnFile(mapOf(file)))) return undefined;
    const known = Kept.parse(JSON.parse(await readFile(mapOf(file), 'utf8')));
    if (known.identity !== identity || known.size !== size) return undefined;
    return { have: Buffer.from(known.have, 'base64'), verified: known.verified };
  } catch {
    return undefined;
  }
}

/** What the file came from; ? where that is not known, or damaged. */
export async function nameOfBlob(file: string): Promise<string> {
  try {
    return Kept.parse(JSON.parse(await readFile(mapOf(file), 'utf8'))).name;
  } catch {
    return '?';
  }
}
