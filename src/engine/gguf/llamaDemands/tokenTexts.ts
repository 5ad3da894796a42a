import type { MetadataArray } from '../../../protocol/gguf.ts';
import type { ByteSource } from '../../files/source.ts';
import type { Work } from '../../work/progress.ts';
import { Cursor } from '../cursor.ts';

/**
 * The texts of a vocabulary as llama.cpp reads them: C strings, which end at the first zero, and where nothing is
 * left, `[EMPTY_12]` for token 12. `visit` must not keep the bytes. Source: `llama_vocab::impl::load`.
 */
async function eachText(
  source: ByteSource,
  tokens: MetadataArray,
  visit: (text: Uint8Array, index: number) => void,
  work?: Work,
): Promise<void> {
  const cursor = new Cursor(source, tokens.offset, work);
  await cursor.eachString(tokens.length, 'a token', (bytes, index) => {
    const zero = bytes.indexOf(0);
    const text = zero < 0 ? bytes : bytes.subarray(0, zero);
    visit(text.length > 0 ? text : Buffer.from(`[EMPTY_${index}]`), index);
  });
}

export interface TokenTexts {
  /** Two tokens of one text, the first found. */
  readonly twins: { readonly text: string; readonly tokens: readonly [number, number] } | undefined;
  /** The bytes that a token of their own stands for. */
  readonly bytes: ReadonlySet<number>;
  /** Those of the texts asked for that a token has. */
  readonly present: ReadonlySet<string>;
}

/** Reads which single byte a text stands for, undefined if none. */
export type ByteOf = (text: Uint8Array) => number | undefined;

/**
 * What must be known of a vocabulary, in two passes at most and eight bytes a token: texts are compared by hashes, and
 * only those whose hashes are equal by themselves.
 */
export async function readTokenTexts(
  source: ByteSource,
  tokens: MetadataArray,
  byteOf: ByteOf,
  wanted: readonly string[],
  work?: Work,
): Promise<TokenTexts> {
  const hashes = new Float64Array(tokens.length);
  const bytes = new Set<number>();
  const present = new Set<string>();
  const asked = new Map(wanted.map((text) => [hashOf(Buffer.from(text)), text]));
  await eachText(
    source,
    tokens,
    (text, index) => {
      const hash = hashOf(text);
      hashes[index] = hash;
      const byte = byteOf(text);
      if (byte !== undefined) bytes.add(byte);
      const found = asked.get(hash);
      if (found !== undefined) present.add(found);
    },
    work,
  );
  const repeated = repeatedIn(hashes);
  const twins = repeated.size === 0 ? undefined : await twinsAmong(source, tokens, repeated, work);
  return { twins, bytes, present };
}

/** 53 bits: two 32-bit FNV-1a hashes with different primes, as one exact number. */
function hashOf(text: Uint8Array): number {
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  // counted, not iterated: this runs over every byte of the vocabulary
  for (let index = 0; index < text.length; index++) {
    const byte = Number(text[index]);
    low = Math.imul(low ^ byte, 0x01000193);
    high = Math.imul(high ^ byte, 0x5bd1e995);
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}

function repeatedIn(hashes: Float64Array): Set<number> {
  const sorted = Float64Array.from(hashes).sort();
  return new Set(sorted.filter((hash, index) => index > 0 && sorted[index - 1] === hash));
}

async function twinsAmong(
  source: ByteSource,
  tokens: MetadataArray,
  repeated: ReadonlySet<number>,
  work: Work | undefined,
): Promise<TokenTexts['twins']> {
  const seen = new Map<string, number>();
  let twins: TokenTexts['twins'];
  await eachText(
    source,
    tokens,
    (bytes, index) => {
      if (twins !== undefined || !repeated.has(hashOf(bytes))) return;
      const exact = Buffer.from(bytes).toString('latin1');
      const first = seen.get(exact);
      if (first === undefined) seen.set(exact, index);
      else twins = { text: Buffer.from(bytes).toString('utf8'), tokens: [first, index] };
    },
    work,
  );
  return twins;
}
