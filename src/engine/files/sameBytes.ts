import type { ByteSource } from './source.ts';

/** Bytes of a file. */
export interface Stretch {
  readonly source: ByteSource;
  readonly offset: number;
  readonly byteLength: number;
}

const piece = 1 << 20;

/** The bytes of a stretch, a piece at a time. */
export async function* piecesOf({ source, offset, byteLength }: Stretch): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < byteLength; done += piece) {
    yield await source.read(offset + done, Math.min(piece, byteLength - done));
  }
}

/** Are two stretches byte for byte the same? Read in pieces, until the first that differs. */
export async function sameBytes(one: Stretch, other: Stretch): Promise<boolean> {
  if (one.byteLength !== other.byteLength) return false;
  const others = piecesOf(other);
  for await (const bytes of piecesOf(one)) {
    const { value } = await others.next();
    if (value === undefined || Buffer.compare(bytes, value) !== 0) return false;
  }
  return true;
}
