import { truncate, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { almanac, Workplace } from '../cli/palimpsest.ts';
import {
  changed,
  floats,
  type RawGguf,
  rawBytes,
  readRaw,
  stored,
  stringsIn,
  tensorOf,
  withTensor,
} from './rawGguf.ts';

/** Model files that users of this field's tools ran into, and crafted ones: one sentence, exit code 2, no crash. */

let place: Workplace;
let sound: RawGguf;

beforeAll(async () => {
  place = await Workplace.open();
  sound = await readRaw(almanac);
});
afterAll(() => place[Symbol.asyncDispose]());

const down = 'blk.0.ffn_down.weight';
const tokens = () => stringsIn(sound.metadata.get('tokenizer.ggml.tokens') ?? new Uint8Array());
const twice = (first: number, second: number) => {
  const texts = tokens();
  const [text = new Uint8Array()] = texts.slice(second);
  return changed(sound, { 'tokenizer.ggml.tokens': stored.strings(texts.with(first, text)) });
};
const withType = (type: number, bytes: number) =>
  withTensor(sound, { ...tensorOf(sound, down), type, data: new Uint8Array(bytes) });
const weights = 1024 * 256;
const split = (no: number, tensors: RawGguf['tensors']) => ({
  ...changed(no === 0 ? sound : { metadata: new Map(), tensors: [] }, {
    'general.architecture': stored.string('llama'),
    'split.no': stored.uint16(no),
    'split.count': stored.uint16(2),
    'split.tensors.count': stored.int32(sound.tensors.length),
  }),
  tensors,
});
const joined = () =>
  Buffer.concat([
    rawBytes(split(0, sound.tensors.slice(0, 20))),
    rawBytes(split(1, sound.tensors.slice(20))),
  ]);

type Case = readonly [what: string, bytes: () => Uint8Array, says: RegExp];
const raw = (make: () => RawGguf) => () => rawBytes(make());

const refused: readonly Case[] = [
  ['a token text that stands twice', raw(() => twice(2400, 2500)), /2400|2500|twice/],
  ['another token text twice', raw(() => twice(300, 2000)), /300|2000|twice/],
  [
    'no vocabulary',
    raw(() => {
      const values = [...sound.metadata.keys()].filter((key) => key.startsWith('tokenizer.'));
      return changed(sound, {
        ...Object.fromEntries(values.map((key) => [key, undefined])),
        'tokenizer.ggml.model': stored.string('no_vocab'),
      });
    }),
    /vocabulary|tokenizer/,
  ],
  ['no tokenizer', raw(() => changed(sound, { 'tokenizer.ggml.model': undefined })), /tokenizer/],
  ['a bert tokenizer', raw(() => changed(sound, { 'tokenizer.ggml.model': stored.string('bert') })), /bert/],
  [
    'a negative epsilon',
    raw(() => changed(sound, { 'llama.attention.layer_norm_rms_epsilon': stored.float32(-1) })),
    /epsilon/,
  ],
  [
    'an epsilon that is no number',
    raw(() => changed(sound, { 'llama.attention.layer_norm_rms_epsilon': stored.float32(Number.NaN) })),
    /epsilon/,
  ],
  [
    'experts that no tensor holds',
    raw(() => changed(sound, { 'llama.expert_count': stored.uint32(4) })),
    /expert/,
  ],
  [
    'more experts than llama.cpp knows',
    raw(() => changed(sound, { 'llama.expert_count': stored.uint32(100_000) })),
    /expert/,
  ],
  [
    'an unknown rotary scaling',
    raw(() => changed(sound, { 'llama.rope.scaling.type': stored.string('spiral') })),
    /rope|rotary/i,
  ],
  [
    'an architecture that is a number',
    raw(() => changed(sound, { 'general.architecture': stored.uint32(7) })),
    /architecture/,
  ],
  ['weights of doubles', raw(() => withType(28, 8 * weights)), /f64/],
  ['weights of integers', raw(() => withType(24, weights)), /i8/],
  ['weights of sums', raw(() => withType(9, (weights / 32) * 36)), /q8_1/],
  ['a type of BitNet', raw(() => withType(36, weights / 4 + 32)), /type 36.*(fork|does not know)/],
  [
    'a type of ik_llama.cpp',
    raw(() => withType(139, (weights / 256) * 144)),
    /type 139.*(fork|does not know)/,
  ],
  ['a pointer of Git LFS', () => Buffer.from(pointer), /Git LFS.*git lfs pull/],
  ['a saved web page', () => Buffer.from('<!doctype html><html><head></head></html>'), /web page|HTML/i],
  ['a zip of PyTorch', () => Buffer.from('PK\u0003\u0004 archive/data.pkl'), /PyTorch|zip/],
  [
    'safetensors',
    () => Buffer.from('\x40\0\0\0\0\0\0\0{"a":{"dtype":"F32","shape":[1]}}', 'latin1'),
    /safetensors/,
  ],
  ['a file of old GGML', () => Buffer.from('tjgg\u0003\0\0\0'.padEnd(100, '\0')), /old|GGML/i],
  ['parts joined with cat', joined, /joined|cat\b/],
];

const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'5e'.repeat(32)}\nsize 13200000\n`;

describe('a model file that llama.cpp would not survive, or that is none', () => {
  it.each(refused)('%s', async (_, bytes, says) => {
    await writeFile(place.path('case.gguf'), bytes());
    const ran = await place.run(['probe', 'case.gguf', '--prompt', 'a b é']);
    expect(ran.err.trim()).toMatch(says);
    expect(ran.err.trim().split('\n')).toHaveLength(1);
    expect(ran.err).not.toMatch(/Unexpected|The engine/);
    expect(ran).toMatchObject({ code: 2, out: '' });
  });
});

describe('a model file that is fine', () => {
  const wide = sound32();
  it.each<readonly [string, () => RawGguf]>([
    ['as it was', () => sound],
    [
      'with 33 MB of another tokenizer',
      () => changed(sound, { 'tokenizer.huggingface.json': stored.string(wide) }),
    ],
    ['with rotary factors', () => changed(sound, {}, [ropeFactors])],
  ])('%s', async (_, make) => {
    await writeFile(place.path('fine.gguf'), rawBytes(make()));
    expect(await place.run(['probe', 'fine.gguf', '--prompt', 'a b é'])).toMatchObject({ code: 0, err: '' });
    expect(await place.run(['info', 'fine.gguf'])).toMatchObject({ code: 0, err: '' });
    await truncate(place.path('fine.gguf'), 0);
  });
});

const ropeFactors = {
  name: 'rope_freqs.weight',
  ne: [32],
  type: 0,
  data: floats(Array.from({ length: 32 }, () => 1)),
};

function sound32(): string {
  return `{${'x'.repeat(33 << 20)}}`;
}
