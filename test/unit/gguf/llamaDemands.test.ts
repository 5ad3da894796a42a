import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/engine/errors.ts';
import { expectLoadable } from '../../../src/engine/gguf/llamaDemands/loadable.ts';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import { build, sourceOf, type Tensor, type Value } from './build.ts';

/** What is changed of a small Llama model with attention and a SentencePiece vocabulary that spells in bytes. */
interface Changes {
  readonly set?: Readonly<Record<string, Value>>;
  readonly drop?: readonly string[];
  readonly tensors?: readonly Tensor[];
  readonly tokens?: (tokens: string[]) => string[];
  readonly architecture?: string;
  /** A tensor that is left out. */
  readonly without?: string;
}

const bytes = Array.from({ length: 256 }, (_, i) => `<0x${i.toString(16).toUpperCase().padStart(2, '0')}>`);
const layer = (index: number): Tensor[] => [
  { name: `blk.${index}.attn_q.weight`, ne: [8, 8] },
  { name: `blk.${index}.attn_k.weight`, ne: [8, 4] },
  { name: `blk.${index}.ffn_norm.weight`, ne: [8] },
  { name: `blk.${index}.ffn_gate.weight`, ne: [8, 16] },
];

async function check({
  set,
  drop = [],
  tensors = [],
  tokens = (all) => all,
  architecture = 'llama',
  without,
}: Changes) {
  const texts = tokens(['<unk>', '<s>', '</s>', ...bytes, '▁a', '▁b']);
  const own: Record<string, Value> = {
    block_count: ['uint32', 2],
    context_length: ['uint32', 64],
    embedding_length: ['uint32', 8],
    feed_forward_length: ['uint32', 16],
    'attention.head_count': ['uint32', 2],
    'attention.head_count_kv': ['uint32', 1],
    'attention.layer_norm_rms_epsilon': ['float32', 1e-5],
  };
  const metadata = new Map<string, Value>([
    ['general.architecture', ['string', architecture]],
    ...Object.entries(own).map(([key, value]) => [`${architecture}.${key}`, value] as const),
    ['tokenizer.ggml.model', ['string', 'llama']],
    ['tokenizer.ggml.tokens', ['array', 'string', texts]],
    ['tokenizer.ggml.scores', ['array', 'float32', texts.map(() => 0)]],
    ['tokenizer.ggml.token_type', ['array', 'int32', texts.map(() => 1)]],
    ...Object.entries(set ?? {}),
  ]);
  for (const key of drop) metadata.delete(key);
  const replaced = new Map<string, Tensor>(
    [{ name: 'token_embd.weight', ne: [8, texts.length] }, ...layer(0), ...layer(1), ...tensors].map(
      (tensor) => [tensor.name, tensor],
    ),
  );
  replaced.delete(without ?? '');
  const file = build({ metadata: [...metadata], tensors: [...replaced.values()] });
  const open = async () => ({ ...sourceOf(file), [Symbol.asyncDispose]: async () => {} });
  await expectLoadable(await readModelFiles('m.gguf', {}, open), {}, open);
}

const u32 = (value: number): Value => ['uint32', value];
const f32 = (value: number): Value => ['float32', value];
const text = (value: string): Value => ['string', value];
const each = (...values: number[]): Value => ['array', 'uint32', values];
const llama = (key: string, value: Value): Changes => ({ set: { [`llama.${key}`]: value } });
const bpe = (pre: string, more: Readonly<Record<string, Value>> = {}): Changes => ({
  set: {
    'tokenizer.ggml.model': text('gpt2'),
    'tokenizer.ggml.pre': text(pre),
    'tokenizer.ggml.merges': ['array', 'string', []],
    ...more,
  },
});
const gemma4 = (more: Readonly<Record<string, Value>>): Changes => ({
  set: {
    'tokenizer.ggml.model': text('gemma4'),
    'tokenizer.ggml.merges': ['array', 'string', []],
    ...more,
  },
});
/** Every byte as RWKV's vocabularies have it: itself, by its name, or by its number. */
const rwkvBytes = Array.from({ length: 256 }, (_, byte) => {
  const named = { 9: '\\t', 10: '\\n', 13: '\\r', 92: '\\\\' }[byte];
  if (named !== undefined) return named;
  const printable = byte > 32 && byte < 127;
  return printable ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
});
const rwkv = (bytesOfIt: readonly string[]): Changes => ({
  set: { 'tokenizer.ggml.model': text('rwkv') },
  // as many as the rest of the file speaks of
  tokens: (all) => [...bytesOfIt, ...all.slice(bytesOfIt.length).map((_, index) => `rest${index}`)],
});
const phi3 = [0, 1].map((index) => ({ name: `blk.${index}.ffn_up.weight`, ne: [8, 32] }));
const numbers = (count: number): Value => ['array', 'float32', Array.from({ length: count }, () => 0)];

const sound: readonly (readonly [string, Changes])[] = [
  ['the model itself', {}],
  ['heads by layer that are alike', llama('attention.head_count', each(2, 2))],
  ['a gate that is known', llama('expert_gating_func', u32(1))],
  ['the last gate that is known', llama('expert_gating_func', u32(4))],
  [
    'as many experts as llama.cpp knows',
    { set: { 'llama.expert_count': u32(1024), 'llama.expert_used_count': u32(1024) } },
  ],
  ['every known scaling', llama('rope.scaling.type', text('longrope'))],
  ['an epsilon of 0', llama('attention.layer_norm_rms_epsilon', f32(0))],
  [
    'a mixture of experts',
    {
      set: { 'llama.expert_count': u32(4), 'llama.expert_used_count': u32(2) },
      tensors: [{ name: 'blk.0.ffn_up_exps.weight', ne: [8, 16, 4] }],
    },
  ],
  [
    'groups of two experts',
    {
      set: {
        'llama.expert_count': u32(4),
        'llama.expert_used_count': u32(2),
        'llama.expert_group_count': u32(2),
        'llama.expert_group_used_count': u32(1),
      },
    },
  ],
  [
    'rotary positions on half of a head',
    {
      architecture: 'gptneox',
      set: { 'gptneox.rope.dimension_count': u32(2) },
      tensors: [
        { name: 'blk.0.attn_qkv.weight', ne: [8, 16] },
        { name: 'blk.0.attn_qkv.bias', ne: [16] },
        { name: 'blk.0.ffn_norm.bias', ne: [8] },
      ],
    },
  ],
  [
    'types without an importance matrix',
    { tensors: [{ name: 'blk.0.ffn_gate.weight', ne: [8, 16], type: 1, bytes: 256 }] },
  ],
  ...[[2, 1, 1, 0], [4], [1, 0, 0, 3]].map((sections): readonly [string, Changes] => [
    `sections that a head holds (${sections.join(', ')})`,
    { architecture: 'qwen2vl', set: { 'qwen2vl.rope.dimension_sections': ['array', 'int32', sections] } },
  ]),
  [
    'one section for each of four',
    { architecture: 'qwen3vl', set: { 'qwen3vl.rope.dimension_sections': ['int32', 1] } },
  ],
  ['sections where none are read', llama('rope.dimension_sections', ['array', 'int32', [0, 0, 0, 4]])],
  [
    'heads and keys by layer',
    {
      architecture: 'deci',
      set: { 'deci.attention.head_count': each(2, 4), 'deci.attention.head_count_kv': each(1, 1) },
    },
  ],
  [
    'attention in one matrix, or in three',
    {
      architecture: 'phi3',
      tensors: [
        ...phi3,
        { name: 'blk.0.attn_qkv.weight', ne: [8, 16] },
        { name: 'blk.1.attn_v.weight', ne: [8, 4] },
      ],
    },
  ],
  [
    'no positions where none are turned',
    { architecture: 'refact', set: { 'refact.rope.dimension_count': u32(0) } },
  ],
  [
    'values of another width where each has its own',
    { architecture: 'deepseek2', set: { 'deepseek2.attention.value_length': u32(8) } },
  ],
  ['a table of ids in I32', { tensors: [{ name: 'd2t', ne: [8], type: 26, bytes: 32 }] }],
  [
    'a row of a product in F16',
    { tensors: [{ name: 'blk.0.ffn_gate_inp_shexp.weight', ne: [8], type: 1, bytes: 16 }] },
  ],
  ['the bytes of RWKV', rwkv(rwkvBytes)],
  ['BPE that begins with its default token', bpe('llama-bpe')],
  ['BPE that begins with a token that is named', bpe('llama-bpe', { 'tokenizer.ggml.bos_token_id': u32(0) })],
  ['BPE that begins with no token', bpe('qwen2', { 'tokenizer.ggml.bos_token_id': u32(999) })],
  ['Gemma 4 with its beginning', gemma4({ 'tokenizer.ggml.bos_token_id': u32(2) })],
  [
    'BPE of Kimi, without merges',
    { set: { 'tokenizer.ggml.model': text('gpt2'), 'tokenizer.ggml.pre': text('kimi-k2') } },
  ],
  [
    'scores that are whole numbers, and more of them than tokens',
    {
      set: {
        'tokenizer.ggml.scores': ['array', 'int32', Array.from({ length: 300 }, () => 0)],
      },
    },
  ],
  ['Phi-4 by name', { set: { 'general.name': text('my Phi-4 mini') } }],
  ['empty tokens, each with a name of its own', { tokens: (all) => [...all, '', ''] }],
  [
    'texts that differ behind 60 characters',
    { tokens: (all) => [...all, `${'x'.repeat(60)}1`, `${'x'.repeat(60)}2`] },
  ],
  ['bytes without a form', { tokens: (all) => all.map((token) => (token === '<0x41>' ? 'A' : token)) }],
  [
    'the bytes that UTF-8 never has',
    { tokens: (all) => all.map((token) => (/<0x(C0|C1|F[5-9A-F])>/.test(token) ? `${token}!` : token)) },
  ],
  [
    'BPE with an end of text by default',
    { set: { 'tokenizer.ggml.model': text('gpt2'), 'tokenizer.ggml.merges': ['array', 'string', []] } },
  ],
];

const unsound: readonly (readonly [string, Changes, RegExp])[] = [
  ['no layers', llama('block_count', u32(0)), /damaged: llama.block_count says 0/],
  ['nothing but predicting layers', llama('nextn_predict_layers', u32(2)), /leaves none of the 2 layers/],
  ['a count as text', llama('attention.head_count', text('2')), /head_count is of type string/],
  [
    'a count of 64 bits',
    llama('feed_forward_length', ['uint64', 16n]),
    /is of type uint64, but is read as uint32/,
  ],
  ['numbers for other layers', llama('attention.head_count', each(2, 2, 2)), /has 3 numbers for 2 layers/],
  ['floats by layer', llama('attention.head_count', numbers(2)), /is an array of float32/],
  ['no context', llama('context_length', u32(0)), /llama.context_length is 0/],
  ['a negative epsilon', llama('attention.layer_norm_rms_epsilon', f32(-1)), /is -1, which is negative/],
  ['NaN', llama('attention.layer_norm_rms_epsilon', f32(Number.NaN)), /epsilon is NaN/],
  ['infinity', llama('rope.freq_base', f32(Number.POSITIVE_INFINITY)), /freq_base is Infinity/],
  ['an unknown scaling', llama('rope.scaling.type', text('zzz')), /is "zzz", none of none/],
  ['no heads', llama('attention.head_count', u32(0)), /gives layer 0 no heads/],
  [
    'no heads in one layer',
    { architecture: 'deci', set: { 'deci.attention.head_count': each(2, 0) } },
    /gives layer 1 no heads/,
  ],
  [
    'heads that share unevenly',
    { set: { 'llama.attention.head_count': u32(4), 'llama.attention.head_count_kv': u32(3) } },
    /4 heads .* cannot share 3/,
  ],
  ['layers that differ', llama('attention.head_count_kv', each(1, 2)), /differs between layers/],
  ['values of another width', llama('attention.value_length', u32(8)), /keys have the width 4 and values 8/],
  ['positions on a part', llama('rope.dimension_count', u32(2)), /must be the width of a head, 4/],
  [
    'an odd count of positions',
    { architecture: 'phi2', set: { 'phi2.rope.dimension_count': u32(3) } },
    /turn pairs/,
  ],
  [
    'more positions than width',
    { architecture: 'phi2', set: { 'phi2.rope.dimension_count': u32(64) } },
    /more than the width of a head/,
  ],
  [
    'no positions',
    { architecture: 'phi2', set: { 'phi2.rope.dimension_count': u32(0) } },
    /rope.dimension_count is 0/,
  ],
  ['heads of windows', llama('rope.dimension_count_swa', u32(3)), /layers with windows have heads/],
  [
    'a mixture without a gate',
    { architecture: 'dots1', set: { 'dots1.expert_count': u32(4), 'dots1.expert_used_count': u32(2) } },
    /expert_gating_func is missing/,
  ],
  [
    'a layer without attention that is not missed',
    { architecture: 'phi3', tensors: [{ name: 'blk.0.ffn_up.weight', ne: [8, 32] }] },
    /layer 0 lacks queries, keys and values/,
  ],
  ['keys of other heads', llama('attention.head_count_kv', u32(2)), /attn_k.weight has 4 rows for 2 heads/],
  [
    'sections of nothing',
    { architecture: 'qwen2vl', set: { 'qwen2vl.rope.dimension_sections': ['array', 'int32', [0, 0, 0, 4]] } },
    /divides no head/,
  ],
  [
    'one section of nothing for all',
    { architecture: 'qwen3vl', set: { 'qwen3vl.rope.dimension_sections': ['int32', 0] } },
    /divides no head/,
  ],
  [
    'sections beyond a head',
    {
      architecture: 'qwen2vl',
      set: { 'qwen2vl.rope.dimension_sections': ['array', 'int32', [2, 2 ** 30, 1, 1]] },
    },
    /together more than the width of a head/,
  ],
  ['too many experts', llama('expert_count', u32(100_000)), /at most 1024/],
  ['experts that none uses', llama('expert_count', u32(4)), /of 4 experts .* none is used/],
  [
    'more experts used than there are',
    { set: { 'llama.expert_count': u32(2), 'llama.expert_used_count': u32(3) } },
    /is 3, more than the 2 experts/,
  ],
  ['experts used, none there', llama('expert_used_count', u32(1)), /more than the 0 experts/],
  [
    'groups of one',
    {
      set: {
        'llama.expert_count': u32(4),
        'llama.expert_used_count': u32(1),
        'llama.expert_group_count': u32(4),
      },
    },
    /do not divide into 4 groups/,
  ],
  [
    'no group used',
    {
      set: {
        'llama.expert_count': u32(4),
        'llama.expert_used_count': u32(1),
        'llama.expert_group_count': u32(2),
      },
    },
    /is 0 of 2 groups/,
  ],
  ...['attn_q', 'attn_k', 'attn_v'].map((missing): readonly [string, Changes, RegExp] => [
    `attention without ${missing}`,
    {
      architecture: 'phi3',
      tensors: [...phi3, ...[0, 1].map((index) => ({ name: `blk.${index}.attn_v.weight`, ne: [8, 4] }))],
      without: `blk.1.${missing}.weight`,
    },
    /layer 1 lacks queries, keys and values/,
  ]),
  ['a head without width', llama('attention.key_length', u32(0)), /a head has the width 0/],
  ['values without width', llama('attention.value_length', u32(0)), /a head has the width 0/],
  [
    'sections of which one is negative',
    {
      architecture: 'qwen2vl',
      set: { 'qwen2vl.rope.dimension_sections': ['array', 'int32', [2, 2, -1, 0]] },
    },
    /divides no head/,
  ],
  [
    'sections together one too wide',
    { architecture: 'qwen2vl', set: { 'qwen2vl.rope.dimension_sections': ['array', 'int32', [2, 2, 1, 0]] } },
    /together more than the width of a head, 4/,
  ],
  ['keys of windows', llama('attention.key_length_swa', u32(2)), /layers with windows have heads/],
  ['values of windows', llama('attention.value_length_swa', u32(2)), /layers with windows have heads/],
  [
    'a row of weights in F16',
    { tensors: [{ name: 'blk.0.layer_out.weight', ne: [8], type: 1, bytes: 16 }] },
    /layer_out.weight is of type f16, but is read as f32/,
  ],
  [
    'groups that do not divide the experts',
    {
      set: {
        'llama.expert_count': u32(6),
        'llama.expert_used_count': u32(1),
        'llama.expert_group_count': u32(4),
        'llama.expert_group_used_count': u32(1),
      },
    },
    /do not divide into 4 groups/,
  ],
  [
    'all groups used',
    {
      set: {
        'llama.expert_count': u32(4),
        'llama.expert_used_count': u32(1),
        'llama.expert_group_count': u32(2),
        'llama.expert_group_used_count': u32(2),
      },
    },
    /is 2 of 2 groups/,
  ],
  ['a gate of 0', llama('expert_gating_func', u32(0)), /expert_gating_func is 0/],
  ['a gate of 5', llama('expert_gating_func', u32(5)), /expert_gating_func is 5/],
  ['more layers than llama.cpp knows', llama('block_count', u32(513)), /says 513/],
  ['one expert more than llama.cpp knows', llama('expert_count', u32(1025)), /at most 1024/],
  ['an unknown gate', llama('expert_gating_func', u32(9)), /expert_gating_func is 9/],
  [
    'experts of another number',
    {
      set: { 'llama.expert_count': u32(4), 'llama.expert_used_count': u32(2) },
      tensors: [{ name: 'blk.0.ffn_up_exps.weight', ne: [8, 16, 3] }],
    },
    /holds 3 experts/,
  ],
  ['an encoder', { architecture: 'bert' }, /an encoder, which predicts no next token/],
  ['an encoder with a decoder', { architecture: 't5' }, /an encoder with a decoder/],
  ['a draft model', { architecture: 'eagle3' }, /a draft model/],
  ...Object.entries({ 9: 576, 15: 584, 24: 512, 25: 1024, 26: 2048, 27: 4096, 28: 4096 }).map(
    ([type, size]): readonly [string, Changes, RegExp] => [
      `weights of type ${type}`,
      { tensors: [{ name: 'blk.1.ffn_gate.weight', ne: [256, 2], type: Number(type), bytes: size }] },
      /which llama.cpp cannot compute with/,
    ],
  ),
  [
    'a norm in F16',
    { tensors: [{ name: 'blk.1.ffn_norm.weight', ne: [8], type: 1, bytes: 16 }] },
    /of type f16, but is read as f32/,
  ],
  [
    'rotary factors in F16',
    { tensors: [{ name: 'rope_freqs.weight', ne: [2], type: 1, bytes: 4 }] },
    /rope_freqs.weight is of type f16/,
  ],
  [
    'a projector within',
    {
      tensors: [
        { name: 'v.patch_embd.weight', ne: [4, 4] },
        { name: 'mm.0.weight', ne: [4, 4] },
      ],
    },
    /projector as well \(2 tensors/,
  ],
  ['no tokenizer', { drop: ['tokenizer.ggml.model'] }, /names no tokenizer/],
  ['a tokenizer without vocabulary', { set: { 'tokenizer.ggml.model': text('no_vocab') } }, /no vocabulary/],
  ['the tokenizer of encoders', { set: { 'tokenizer.ggml.model': text('bert') } }, /WordPiece/],
  ['an unknown tokenizer', { set: { 'tokenizer.ggml.model': text('toString') } }, /"toString" is not known/],
  ['tokens that are numbers', { set: { 'tokenizer.ggml.tokens': numbers(261) } }, /no array of texts/],
  ['too few scores', { set: { 'tokenizer.ggml.scores': numbers(3) } }, /has 3 values for 261 tokens/],
  [
    'types that are floats',
    { set: { 'tokenizer.ggml.token_type': numbers(261) } },
    /token_type is no array of int32/,
  ],
  ['BPE without merges', { set: { 'tokenizer.ggml.model': text('gpt2') } }, /merges is no array of texts/],
  [
    'two tokens of one text',
    { tokens: (all) => [...all, '▁a'] },
    /tokens 259 and 261 have the same text, "▁a"/,
  ],
  [
    'texts that are equal up to a zero',
    { tokens: (all) => [...all, 'x\0y', 'x\0z'] },
    /tokens 261 and 262 have the same text, "x"/,
  ],
  [
    'an empty text and its name',
    { tokens: (all) => [...all, '', '[EMPTY_261]'] },
    /have the same text, "\[EMPTY_261\]"/,
  ],
  [
    'no tokens for bytes',
    { tokens: (all) => all.map((token) => token.replace('<0x', '<1x')) },
    /no token for 243 of 243 bytes/,
  ],
  [
    'no token for one byte',
    { tokens: (all) => all.map((token) => (token === '<0xE2>' ? '▁c' : token)) },
    /for 1 of 243 bytes \(0xE2/,
  ],
  ...[
    ['a backslash that is not escaped', '\\\\', '\\'],
    ['a byte in capitals', '\\x0b', '\\x0B'],
    ['a byte of one digit', '\\x0b', '\\xb'],
    ['a byte with more behind it', '\\x0b', '\\x0b1'],
    ['a name with more behind it', '\\n', '\\nn'],
  ].map(([what = '', right = '', wrong = '']): readonly [string, Changes, RegExp] => [
    `RWKV: ${what}`,
    rwkv(rwkvBytes.map((token) => (token === right ? wrong : token))),
    /no token for 1 of 243 bytes/,
  ]),
  ...['<0x0a>', '<0x0A', '0x0A>', '<0x0A>>', '<<0x0A>'].map((wrong): readonly [string, Changes, RegExp] => [
    `a byte as ${wrong}`,
    { tokens: (all) => all.map((token) => (token === '<0x0A>' ? wrong : token)) },
    /no token for 1 of 243 bytes \(0x0A/,
  ]),
  ['Gemma 4 without a beginning', gemma4({}), /bos_token_id names none/],
  [
    'Gemma 4 that is told to add none',
    gemma4({ 'tokenizer.ggml.add_bos_token': ['bool', false] }),
    /bos_token_id names none/,
  ],
  ['phi3 by name alone', { set: { 'general.name': text('phi3') } }, /its name says Phi-3/],
  [
    'two long tokens of one text',
    { tokens: (all) => [...all, 'x'.repeat(60), 'x'.repeat(60)] },
    /have the same text, "x{40}"/,
  ],
  ['bytes of RWKV that would never end', { set: { 'tokenizer.ggml.model': text('rwkv') } }, /no token for/],
  [
    'a beginning that is no token',
    { set: { 'tokenizer.ggml.model': text('t5'), 'tokenizer.ggml.add_bos_token': ['bool', true] } },
    /bos_token_id names none/,
  ],
  [
    'an end that is no token',
    {
      set: {
        'tokenizer.ggml.model': text('rwkv'),
        'tokenizer.ggml.add_eos_token': ['bool', true],
        'tokenizer.ggml.eos_token_id': u32(999),
      },
    },
    /eos_token_id names none/,
  ],
  ['Phi-3 by name alone', { set: { 'general.name': text('my Phi-3 mini') } }, /lacks "<\|endoftext\|>"/],
];

describe('a model that llama.cpp can be given', () => {
  it.each(sound)('with %s', async (_, changes) => {
    await expect(check(changes)).resolves.toBeUndefined();
  });
});

describe('a model that would end the process is refused in one sentence', () => {
  it.each(unsound)('with %s', async (_, changes, says) => {
    const refusal = expect(check(changes)).rejects;
    await refusal.toThrow(InputError);
    await refusal.toThrow(says);
  });
});

describe('windows of attention', () => {
  const checked = (architecture: string, window: number | undefined, pattern: Value | undefined) =>
    check({
      architecture,
      set: {
        ...(window !== undefined && { [`${architecture}.attention.sliding_window`]: ['uint32', window] }),
        ...(pattern && { [`${architecture}.attention.sliding_window_pattern`]: pattern }),
      },
    });
  const every = (...seen: boolean[]): Value => ['array', 'bool', seen];

  it.each([
    ['smallthinker', 8, ['uint32', 1]],
    ['smallthinker', 8, every(false, false)],
    // of two layers
    ['smallthinker', 8, every(false, false, true)],
    ['cohere2', undefined, ['uint32', 1]],
    ['llama4', undefined, ['uint32', 1]],
  ] as const)('of %s that no layer has (%i, %j) are refused', async (architecture, window, pattern) => {
    await expect(checked(architecture, window, pattern as Value)).rejects.toThrow(/no layer has the window/);
  });

  it.each([
    ['smallthinker', 8, undefined],
    ['smallthinker', 8, ['uint32', 0]],
    ['smallthinker', 8, ['uint32', 2]],
    ['smallthinker', 8, every(false, true)],
    ['smallthinker', 0, ['uint32', 1]],
    ['smallthinker', undefined, every(false, false)],
    ['smallthinker', 8, ['uint32', 6]],
    ['llama', 8, ['uint32', 1]],
  ] as const)('of %s are well (%i, %j)', async (architecture, window, pattern) => {
    await checked(architecture, window, pattern as Value | undefined);
  });
});
