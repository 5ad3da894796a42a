import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import { readTensorBytes } from '../../../src/engine/gguf/tensorData.ts';
import { loadRuntime } from '../../../src/engine/llama/runtime.ts';
import { dequantise } from '../../../src/engine/weights/quantise.ts';
import { type Stored, tensor, writeFolder } from '../../unit/safetensors/write.ts';

/** How transformers calls and lays out what a tiny GGUF model holds, written down from its modeling files. */
interface Family {
  readonly config: Readonly<Record<string, unknown>>;
  readonly outer: Readonly<Record<string, string>>;
  readonly layer: Readonly<Record<string, string>>;
  readonly prefix: string;
  /** Queries and keys with the halves of heads apart. */
  readonly halves?: true;
  readonly norms?: -1;
  readonly conv1d?: true;
}

const sizes = {
  hidden_size: 64,
  intermediate_size: 96,
  num_hidden_layers: 4,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  vocab_size: 300,
  max_position_embeddings: 128,
  rms_norm_eps: 1e-5,
  hidden_act: 'silu',
  rope_theta: 10000,
  bos_token_id: 1,
  eos_token_id: 2,
};
const outer = { token_embd: 'model.embed_tokens', output_norm: 'model.norm', output: 'lm_head' };
const attention = {
  attn_q: 'self_attn.q_proj',
  attn_k: 'self_attn.k_proj',
  attn_v: 'self_attn.v_proj',
  attn_output: 'self_attn.o_proj',
};
const norms = { attn_norm: 'input_layernorm', ffn_norm: 'post_attention_layernorm' };
const mlp = { ffn_gate: 'mlp.gate_proj', ffn_up: 'mlp.up_proj', ffn_down: 'mlp.down_proj' };
const prefix = 'model.layers.';
const headNorms = { attn_q_norm: 'self_attn.q_norm', attn_k_norm: 'self_attn.k_norm' };
const gemmaNorms = {
  attn_norm: 'input_layernorm',
  post_attention_norm: 'post_attention_layernorm',
  ffn_norm: 'pre_feedforward_layernorm',
  post_ffw_norm: 'post_feedforward_layernorm',
};
const gemma = { ...sizes, hidden_act: 'gelu_pytorch_tanh', sliding_window: 6, head_dim: 16 };

export const families: Readonly<Record<string, Family>> = {
  llama: {
    config: { ...sizes, architectures: ['LlamaForCausalLM'] },
    outer,
    layer: { ...norms, ...attention, ...mlp },
    prefix,
    halves: true,
  },
  qwen2: {
    config: { ...sizes, architectures: ['Qwen2ForCausalLM'], rope_theta: 1e6 },
    outer,
    layer: { ...norms, ...attention, ...mlp },
    prefix,
  },
  qwen3: {
    config: {
      ...sizes,
      architectures: ['Qwen3ForCausalLM'],
      rope_scaling: { rope_type: 'yarn', factor: 4, original_max_position_embeddings: 64 },
    },
    outer,
    layer: { ...norms, ...headNorms, ...attention, ...mlp },
    prefix,
  },
  gemma2: {
    config: {
      ...gemma,
      architectures: ['Gemma2ForCausalLM'],
      attn_logit_softcapping: 5,
      final_logit_softcapping: 8,
    },
    outer,
    layer: { ...gemmaNorms, ...attention, ...mlp },
    prefix,
    norms: -1,
  },
  gemma3: {
    config: {
      ...gemma,
      architectures: ['Gemma3ForCausalLM'],
      rope_theta: 1e6,
      rope_local_base_freq: 10000,
      sliding_window_pattern: 2,
    },
    outer,
    layer: { ...gemmaNorms, ...headNorms, ...attention, ...mlp },
    prefix,
    norms: -1,
  },
  phi3: {
    config: {
      ...sizes,
      architectures: ['Phi3ForCausalLM'],
      sliding_window: null,
      original_max_position_embeddings: 128,
    },
    outer,
    layer: {
      ...norms,
      attn_qkv: 'self_attn.qkv_proj',
      attn_output: 'self_attn.o_proj',
      ffn_up: 'mlp.gate_up_proj',
      ffn_down: 'mlp.down_proj',
    },
    prefix,
  },
  gpt2: {
    config: {
      architectures: ['GPT2LMHeadModel'],
      n_embd: 64,
      n_layer: 4,
      n_head: 4,
      n_positions: 128,
      layer_norm_epsilon: 1e-5,
      activation_function: 'gelu_new',
    },
    outer: {
      token_embd: 'transformer.wte',
      position_embd: 'transformer.wpe',
      output_norm: 'transformer.ln_f',
    },
    layer: {
      attn_norm: 'ln_1',
      attn_qkv: 'attn.c_attn',
      attn_output: 'attn.c_proj',
      ffn_norm: 'ln_2',
      ffn_up: 'mlp.c_fc',
      ffn_down: 'mlp.c_proj',
    },
    prefix: 'transformer.h.',
    conv1d: true,
  },
  mixtral: {
    config: {
      ...sizes,
      architectures: ['MixtralForCausalLM'],
      intermediate_size: 64,
      num_local_experts: 4,
      num_experts_per_tok: 2,
    },
    outer,
    layer: {
      ...norms,
      ...attention,
      ffn_gate_inp: 'block_sparse_moe.gate',
      ffn_gate_exps: 'block_sparse_moe.experts.{expert}.w1',
      ffn_down_exps: 'block_sparse_moe.experts.{expert}.w2',
      ffn_up_exps: 'block_sparse_moe.experts.{expert}.w3',
    },
    prefix,
    halves: true,
  },
};

export interface FolderOptions {
  readonly dtype?: 'F32' | 'F16' | 'BF16' | 'F64';
  /** Changes the values in GGUF's layout. */
  readonly change?: (name: string, values: Float32Array, columns: number) => void;
  readonly config?: Readonly<Record<string, unknown>>;
  /** Files of weights. */
  readonly shards?: number;
  /** Matrices of the layers become floats of 8 bits, with a factor for each. */
  readonly float8?: true;
  /** Tensors beside the model's own. */
  readonly more?: Readonly<Record<string, Stored>>;
  /** Leaves heads as GGUF has them, which transformers would misread. */
  readonly unturned?: true;
}

/** Writes a tiny GGUF model as transformers would hold it. */
export async function asFolder(
  name: string,
  model: string,
  folder: string,
  { dtype = 'F32', change, config = {}, shards = 1, more = {}, float8, unturned }: FolderOptions = {},
): Promise<string> {
  const family = families[name];
  if (family === undefined) throw new Error(`there is no ${name} of transformers`);
  const runtime = await loadRuntime();
  const files = await readModelFiles(model);
  const stored: [string, Stored][] = [];
  for (const info of files.header.tensors) {
    const values = dequantise(runtime, info.type.id, await readTensorBytes(files, info), info.ne);
    const columns = info.ne[0] ?? 1;
    change?.(info.name, values, columns);
    const [, layer, role = '', suffix = ''] = /^(?:blk\.(\d+)\.)?(.+)\.(weight|bias)$/.exec(info.name) ?? [];
    if (role.startsWith('rope_')) continue;
    const own = layer === undefined ? family.outer[role] : family.layer[role];
    if (own === undefined) throw new Error(`transformers has no ${info.name}`);
    const called = `${layer === undefined ? '' : `${family.prefix}${layer}.`}${own}.${suffix}`;
    if (info.ne.length === 3) {
      const [, rows = 1, experts = 1] = info.ne;
      for (let i = 0; i < experts; i++) {
        const part = values.slice(i * rows * columns, (i + 1) * rows * columns);
        stored.push([called.replace('{expert}', String(i)), tensor(dtype, [rows, columns], part)]);
      }
    } else if (family.conv1d && info.ne.length === 2 && layer !== undefined) {
      stored.push([called, tensor(dtype, [columns, values.length / columns], turned(values, columns))]);
    } else {
      if (family.norms !== undefined && role.endsWith('norm')) values.set(values.map((x) => x - 1));
      const heads = role === 'attn_q' ? 4 : role === 'attn_k' ? 2 : 0;
      const laid = family.halves && heads > 0 && !unturned ? apart(values, columns, heads) : values;
      stored.push([called, tensor(dtype, info.ne.toReversed(), laid)]);
    }
  }
  if (float8) stored.splice(0, stored.length, ...stored.flatMap(([called, own]) => inFloat8(called, own)));
  stored.push(...Object.entries(more));
  mkdirSync(folder, { recursive: true });
  const size = Math.ceil(stored.length / shards);
  const lists = Array.from({ length: shards }, (_, i) =>
    Object.fromEntries(stored.slice(i * size, (i + 1) * size)),
  );
  return await writeFolder(path.resolve(folder), { ...family.config, ...config }, ...lists);
}

function turned(values: Float32Array, columns: number): Float32Array {
  const rows = values.length / columns;
  return Float32Array.from(values, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)] ?? 0);
}

/** Even rows of each head before odd ones. */
function apart(values: Float32Array, columns: number, heads: number): Float32Array {
  const ofHead = values.length / columns / heads;
  const order = Array.from({ length: heads * ofHead }, (_, row) => {
    const within = row % ofHead;
    const half = ofHead / 2;
    return row - within + (within < half ? 2 * within : 2 * (within - half) + 1);
  });
  const out = new Float32Array(values.length);
  for (const [row, from] of order.entries())
    out.set(values.subarray(from * columns, (from + 1) * columns), row * columns);
  return out;
}

/** As vLLM's compressor writes them: values divided by a factor, so that the largest is the largest of E4M3. */
function inFloat8(called: string, { shape, data }: Stored): [string, Stored][] {
  const values = new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4);
  if (shape.length !== 2 || !called.includes('layers.')) return [[called, { dtype: 'F32', shape, data }]];
  const factor = values.reduce((most, x) => Math.max(most, Math.abs(x)), 0) / 448;
  const codes = Uint8Array.from(values, (x) => {
    const size = Math.min(448, Math.abs(x) / factor);
    const exponent = Math.max(-6, Math.floor(Math.log2(size || 1e-9)));
    // the codes of one exponent follow one another, and the next exponent's after them
    const steps = Math.round(size / 2 ** (exponent - 3));
    const code = exponent === -6 ? steps : ((exponent + 7) << 3) + steps - 8;
    return code | (x < 0 ? 0x80 : 0);
  });
  return [
    [called, { dtype: 'F8_E4M3', shape, data: codes }],
    [`${called}_scale`, tensor('F32', [1], Float32Array.of(factor))],
  ];
}
