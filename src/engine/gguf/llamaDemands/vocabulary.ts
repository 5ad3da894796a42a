import type { GgufHeader, MetadataValue } from '../../../protocol/gguf.ts';
import { quoted } from '../../../text/visible.ts';
import type { ByteSource } from '../../files/source.ts';
import type { Work } from '../../work/progress.ts';
import { numberOf, stringOf } from '../header.ts';
import { KEYS } from '../names.ts';
import { type ByteOf, readTokenTexts } from './tokenTexts.ts';

/** A tokenizer of llama.cpp (`llama_vocab::impl::load`): what it begins with, and what it needs. */
interface TokenizerKind {
  /** Ids of beginning and end of sequence where the file names none that exist. */
  readonly bos?: number;
  readonly eos?: number;
  /** Puts the beginning before a prompt unless the file says otherwise. */
  readonly addsBos?: boolean;
  readonly addsEos?: boolean;
  readonly merges?: boolean;
  /** Text that is no token is spelled in bytes, each of which must then be one. */
  readonly spells?: ByteOf;
}

/** `<0x0A>`, or the byte itself. */
const sentencePieceByte: ByteOf = (text) => {
  if (text.length === 1) return text[0];
  if (text.length !== 6) return undefined;
  const hex = /^<0x([0-9A-F]{2})>$/.exec(Buffer.from(text).toString('latin1'))?.[1];
  return hex === undefined ? undefined : Number.parseInt(hex, 16);
};

/** The byte itself, or escaped: `\n`, `\x0a`, and any other character after a backslash. */
const rwkvByte: ByteOf = (text) => {
  if (text.length === 1) return text[0] === 0x5c ? undefined : text[0];
  if (text[0] !== 0x5c || text.length > 4) return undefined;
  const rest = Buffer.from(text.subarray(1)).toString('latin1');
  const hex = /^x([0-9a-f]{2})$/.exec(rest)?.[1];
  if (hex !== undefined) return Number.parseInt(hex, 16);
  const named = { t: 9, n: 10, r: 13 }[rest];
  return rest.length === 1 && rest !== 'x' ? (named ?? rest.charCodeAt(0)) : undefined;
};

const bpe: TokenizerKind = { bos: 11, eos: 11, merges: true };

const KINDS: Readonly<Record<string, TokenizerKind>> = {
  llama: { bos: 1, eos: 2, addsBos: true, spells: sentencePieceByte },
  gpt2: bpe,
  hybriddna: bpe,
  whitespace: bpe,
  gemma4: { addsBos: true, merges: true },
  t5: { eos: 1, addsEos: true },
  rwkv: { spells: rwkvByte },
  plamo2: { bos: 1, eos: 2 },
  test: {},
};

/** Pre-tokenizers that put the beginning of sequence before a prompt unless the file says otherwise. */
const BEGINNING: ReadonlySet<string> = new Set(
  'llama3 llama-v3 llama-bpe falcon3 falcon-h1 pixtral midm-2.0 lfm2 jina-v5-nano tekken chameleon'.split(
    ' ',
  ),
);

/** Tokens that are looked up by their text in models whose names say Phi-3. */
const PHI3 = ['</s>', '<unk>', '<s>', '<|endoftext|>'];

/**
 * What is wrong with a model's vocabulary as far as llama-vocab.cpp is concerned: where it asserts, throws, or would
 * go on for ever. The end of a sentence; undefined if nothing is wrong.
 */
export async function wrongWithVocabulary(
  source: ByteSource,
  header: GgufHeader,
  work?: Work,
): Promise<string | undefined> {
  const tokenizer = stringOf(header, 'tokenizer.ggml.model');
  if (tokenizer === undefined) return 'tokenizer.ggml.model names no tokenizer';
  if (tokenizer === 'no_vocab' || tokenizer === 'none') return 'it has no vocabulary, so no text can be read';
  if (tokenizer === 'bert') return 'its tokenizer is WordPiece ("bert"), that of encoders';
  const kind = Object.hasOwn(KINDS, tokenizer) ? KINDS[tokenizer] : undefined;
  if (kind === undefined) return `its tokenizer ${quoted(tokenizer)} is not known to this llama.cpp`;

  const tokens = header.metadata.get('tokenizer.ggml.tokens');
  if (tokens?.type !== 'array' || tokens.items !== 'string' || tokens.length === 0) {
    return 'tokenizer.ggml.tokens is no array of texts';
  }
  const wrong = wrongArrays(header, kind, tokens.length) ?? wrongSequence(header, kind, tokens.length);
  if (wrong !== undefined) return wrong;

  const wanted = /phi-?3/i.test(stringOf(header, KEYS.name) ?? '') ? PHI3 : [];
  const texts = await readTokenTexts(source, tokens, kind.spells ?? (() => undefined), wanted, work);
  if (texts.twins !== undefined) {
    const [one, other] = texts.twins.tokens;
    return `tokens ${one} and ${other} have the same text, ${quoted(texts.twins.text.slice(0, 40))}, which this version does not take`;
  }
  const absent = wanted.find((text) => !texts.present.has(text));
  if (absent !== undefined) return `its name says Phi-3, but its vocabulary lacks ${quoted(absent)}`;
  if (kind.spells === undefined) return undefined;
  const unspelled = SPELLED.filter((byte) => !texts.bytes.has(byte));
  const [first] = unspelled;
  if (first === undefined) return undefined;
  return `its vocabulary has no token for ${unspelled.length} of ${SPELLED.length} bytes (0x${first.toString(16).toUpperCase().padStart(2, '0')} the first), which text outside of it is spelled with`;
}

/** The bytes that UTF-8 text is made of. */
const SPELLED = Array.from({ length: 0xf5 }, (_, byte) => byte).filter(
  (byte) => byte !== 0xc0 && byte !== 0xc1,
);

function wrongArrays(header: GgufHeader, { merges }: TokenizerKind, tokens: number): string | undefined {
  const { metadata } = header;
  const isArray = (value: MetadataValue, items: readonly string[]) =>
    value.type === 'array' && items.includes(value.items);
  for (const [key, items] of [
    ['tokenizer.ggml.scores', ['float32', 'int32']],
    ['tokenizer.ggml.token_type', ['int32']],
  ] as const) {
    const value = metadata.get(key);
    if (value === undefined) continue;
    if (!isArray(value, items)) return `${key} is no array of ${items[0]}`;
    if (value.type === 'array' && value.length < tokens) {
      return `${key} has ${value.length} values for ${tokens} tokens`;
    }
  }
  if (merges !== true || stringOf(header, 'tokenizer.ggml.pre') === 'kimi-k2') return undefined;
  const value = metadata.get('tokenizer.ggml.merges');
  return value !== undefined && isArray(value, ['string'])
    ? undefined
    : 'tokenizer.ggml.merges is no array of texts';
}

/** `GGML_ASSERT(special_bos_id != LLAMA_TOKEN_NULL)` where a beginning, or an end, is to be added. */
function wrongSequence(header: GgufHeader, kind: TokenizerKind, tokens: number): string | undefined {
  const adds = (key: string, otherwise: boolean): boolean => {
    const value = header.metadata.get(key);
    return value?.type === 'bool' ? value.value : otherwise;
  };
  const exists = (key: string, otherwise: number | undefined): boolean =>
    (numberOf(header, key) ?? tokens) < tokens || (otherwise !== undefined && otherwise < tokens);
  const pre = stringOf(header, 'tokenizer.ggml.pre') ?? '';
  const beginning = kind.merges === true && BEGINNING.has(pre);
  const forced = kind === KINDS['gemma4'];
  if (
    (forced || adds('tokenizer.ggml.add_bos_token', kind.addsBos ?? beginning)) &&
    !exists('tokenizer.ggml.bos_token_id', kind.bos)
  ) {
    return 'prompts begin with a token of their own, but tokenizer.ggml.bos_token_id names none that exists';
  }
  if (
    adds('tokenizer.ggml.add_eos_token', kind.addsEos ?? false) &&
    !exists('tokenizer.ggml.eos_token_id', kind.eos)
  ) {
    return 'prompts end with a token of their own, but tokenizer.ggml.eos_token_id names none that exists';
  }
  return undefined;
}
