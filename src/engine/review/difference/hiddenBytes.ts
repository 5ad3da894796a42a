import { createHash } from 'node:crypto';
import { piecesOf, type Stretch } from '../../files/sameBytes.ts';
import { padded } from '../../gguf/tensors.ts';
import { throwIfAborted } from '../../work/turn.ts';
import type { ModelPart } from './modelParts.ts';

/** Bytes of a file that belong to no value and no tensor, and are not the zeros that pad to the alignment. */
export interface HiddenBytes {
  /** As a sentence goes on after "9 bytes". */
  readonly where: string;
  readonly byteLength: number;
  readonly digest: string;
}

/** All hidden bytes of a file: behind its header, between its tensors, and behind the last; read in pieces. */
export async function hiddenBytes(part: ModelPart, signal?: AbortSignal): Promise<HiddenBytes[]> {
  const { source, end, tensors, alignment } = part;
  const found: HiddenBytes[] = [];
  let from = end;
  let behind = 'the header';
  for (const { name, offset, byteLength } of tensors) {
    const gap = { source, offset: from, byteLength: offset - from };
    found.push(...(await unlessZero(gap, `between ${behind} and ${name}`, signal)));
    from = offset + byteLength;
    behind = name;
  }
  const padding = Math.min(padded(from, alignment), source.size) - from;
  const last = `after ${behind}, where the file should end`;
  const rest = { source, offset: from, byteLength: source.size - from };
  // zeros, too, are hidden where no padding is due
  if (rest.byteLength > padding) found.push(await described(rest, last, signal));
  else found.push(...(await unlessZero(rest, last, signal)));
  return found;
}

async function unlessZero(stretch: Stretch, where: string, signal?: AbortSignal): Promise<HiddenBytes[]> {
  for await (const bytes of piecesOf(stretch)) {
    throwIfAborted(signal);
    if (bytes.some((byte) => byte !== 0)) return [await described(stretch, where, signal)];
  }
  return [];
}

async function described(stretch: Stretch, where: string, signal?: AbortSignal): Promise<HiddenBytes> {
  const hash = createHash('sha256');
  for await (const bytes of piecesOf(stretch)) {
    throwIfAborted(signal);
    hash.update(bytes);
  }
  return { where, byteLength: stretch.byteLength, digest: hash.digest('hex') };
}
