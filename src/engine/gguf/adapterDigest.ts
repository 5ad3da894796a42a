import { createHash } from 'node:crypto';
import { piecesOf } from '../files/sameBytes.ts';
import { openFile } from '../files/source.ts';
import type { Work } from '../work/progress.ts';
import { throwIfAborted } from '../work/turn.ts';
import { alphaOf } from './adapter.ts';
import { readHeader } from './header.ts';
import { expectAdapter } from './kind.ts';

/**
 * `sha256:` and 64 hexadecimal digits over what an adapter adds to a model: its scale, and its tensors with their names,
 * types and shapes. What its file says of itself does not count, so that a patch has the digest that it had before its
 * measures were written into it.
 *
 * @throws InputError for a file that is no LoRA adapter
 */
export async function adapterDigest(path: string, { signal }: Work = {}): Promise<string> {
  await using source = await openFile(path);
  const header = await readHeader(source);
  expectAdapter(header);
  const hash = createHash('sha256').update(JSON.stringify(alphaOf(header)));
  for (const { name, type, ne, offset, byteLength } of header.tensors.toSorted(byName)) {
    hash.update(JSON.stringify([name, type.name, ne]));
    for await (const bytes of piecesOf({ source, offset, byteLength })) {
      throwIfAborted(signal);
      hash.update(bytes);
    }
  }
  return `sha256:${hash.digest('hex')}`;
}

const byName = (a: { readonly name: string }, b: { readonly name: string }) =>
  a.name < b.name ? -1 : Number(a.name > b.name);
