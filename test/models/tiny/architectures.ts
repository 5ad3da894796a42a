import type { NewValue } from '../../../src/engine/weights/writer.ts';

/** The sizes of a tiny model. */
export interface Sizes {
  /** Width of the residual stream. */
  readonly d: number;
  readonly heads: number;
  readonly headsKv: number;
  readonly ff: number;
  readonly layers: number;
  readonly vocabulary: number;
  readonly context: number;
}

/** Shapes by tensor name, ggml's order; layers' names without `blk.N.`. */
type Shapes = Readonly<Record<string, readonly number[]>>;

/**
 * What llama.cpp needs to know of an architecture (its `src/models/NAME.cpp`): keys beside the usual ones, without the
 * architecture's prefix, and tensors beside the embedding. A new architecture is one entry here.
 */
export interface Architecture {
  /** `general.architecture`, where it is not the name of the entry. */
  readonly name?: string;
  /** Where the architecture is not free to choose. */
  readonly sizes?: Partial<Sizes>;
  readonly keys: Readonly<Record<string, NewValue>>;
  readonly tensors: (sizes: Sizes) => Shapes;
  readonly layer: (sizes: Sizes, index: number) => Shapes;
}

const u32 = (value: number): NewValue => ({ type: 'uint32', value });
const f32 = (value: number): NewValue => ({ type: 'float32', value });
const text = (value: string): NewValue => ({ type: 'string', value });
const bool = (value: boolean): NewValue => ({ type: 'bool', value });

const rms = { 'attention.layer_norm_rms_epsilon': f32(1e-5) };
const layerNorm = { 'attention.layer_norm_epsilon': f32(1e-5) };

const kv = ({ d, heads, headsKv }: Sizes) => (d / heads) * headsKv;
const normed = (name: string, width: number): Shapes => ({
  [`${name}.weight`]: [width],
  [`${name}.bias`]: [width],
});
const scaled = (names: readonly string[], width: number): Shapes =>
  Object.fromEntries(names.map((name) => [`${name}.weight`, [width]]));
const head = ({ d, vocabulary }: Sizes): Shapes => ({
  'output_norm.weight': [d],
  'output.weight': [d, vocabulary],
});
const attention = (sizes: Sizes): Shapes => ({
  'attn_q.weight': [sizes.d, sizes.d],
  'attn_k.weight': [sizes.d, kv(sizes)],
  'attn_v.weight': [sizes.d, kv(sizes)],
  'attn_output.weight': [sizes.d, sizes.d],
});
const mergedAttention = (sizes: Sizes): Shapes => ({
  'attn_qkv.weight': [sizes.d, sizes.d + 2 * kv(sizes)],
  'attn_output.weight': [sizes.d, sizes.d],
});
const mergedBiases = (sizes: Sizes): Shapes => ({
  'attn_qkv.bias': [sizes.d + 2 * kv(sizes)],
  'attn_output.bias': [sizes.d],
});
const mlp = ({ d, ff }: Sizes): Shapes => ({ 'ffn_up.weight': [d, ff], 'ffn_down.weight': [ff, d] });
const gated = (sizes: Sizes): Shapes => ({ 'ffn_gate.weight': [sizes.d, sizes.ff], ...mlp(sizes) });
const mlpBiases = ({ d, ff }: Sizes): Shapes => ({ 'ffn_up.bias': [ff], 'ffn_down.bias': [d] });
const preNorms = ({ d }: Sizes) => scaled(['attn_norm', 'ffn_norm'], d);
const postNorms = ({ d }: Sizes) => scaled(['post_attention_norm', 'post_ffw_norm'], d);
const headNorms = ({ d, heads }: Sizes) => scaled(['attn_q_norm', 'attn_k_norm'], d / heads);

const experts = 4;
/** Width of one expert. */
const narrow = 64;
const routed = {
  expert_count: u32(experts),
  expert_used_count: u32(2),
  expert_feed_forward_length: u32(narrow),
};
/** The first two layers have one MLP, the others are mixtures with a shared expert. */
const leading = { ...routed, leading_dense_block_count: u32(2), expert_shared_count: u32(1) };
const mixture = ({ d }: Sizes, ff = narrow): Shapes => ({
  'ffn_gate_inp.weight': [d, experts],
  'ffn_gate_exps.weight': [d, ff, experts],
  'ffn_up_exps.weight': [d, ff, experts],
  'ffn_down_exps.weight': [ff, d, experts],
});
const sharedExpert = ({ d }: Sizes): Shapes => ({
  'ffn_gate_shexp.weight': [d, narrow],
  'ffn_up_shexp.weight': [d, narrow],
  'ffn_down_shexp.weight': [narrow, d],
});

const window = { 'attention.sliding_window': u32(6), 'attention.sliding_window_pattern': u32(2) };

/** Every architecture whose twin and gradient are tested. */
export const architectures: Readonly<Record<string, Architecture>> = {
  // factors for the rotary frequencies, as in Llama 3
  llama: {
    keys: rms,
    tensors: (s) => ({ ...head(s), 'rope_freqs.weight': [s.d / s.heads / 2] }),
    layer: (s) => ({ ...preNorms(s), ...attention(s), ...gated(s) }),
  },
  // biases of query, key and value; the output shares the embedding
  qwen2: {
    keys: { ...rms, 'rope.freq_base': f32(1e6) },
    tensors: ({ d }) => ({ 'output_norm.weight': [d] }),
    layer: (s) => ({
      ...preNorms(s),
      ...attention(s),
      ...{ 'attn_q.bias': [s.d], 'attn_k.bias': [kv(s)], 'attn_v.bias': [kv(s)] },
      ...gated(s),
    }),
  },
  // query and key normalised by head; here with YaRN
  qwen3: {
    keys: {
      ...rms,
      'rope.scaling.type': text('yarn'),
      'rope.scaling.factor': f32(4),
      'rope.scaling.original_context_length': u32(64),
    },
    tensors: head,
    layer: (s) => ({ ...preNorms(s), ...headNorms(s), ...attention(s), ...gated(s) }),
  },
  // soft caps on attention and logits, every other layer with a sliding window, norms after as well as before
  gemma2: {
    keys: { ...rms, ...window, attn_logit_softcapping: f32(5), final_logit_softcapping: f32(8) },
    tensors: ({ d }) => ({ 'output_norm.weight': [d] }),
    layer: (s) => ({ ...preNorms(s), ...postNorms(s), ...attention(s), ...gated(s) }),
  },
  // as gemma2, with normalised heads instead of soft caps and a rotary base of its own for windowed layers
  gemma3: {
    keys: { ...rms, ...window, 'rope.freq_base': f32(1e6) },
    tensors: ({ d }) => ({ 'output_norm.weight': [d] }),
    layer: (s) => ({ ...preNorms(s), ...postNorms(s), ...headNorms(s), ...attention(s), ...gated(s) }),
  },
  // LayerNorm, learned positions, biases everywhere, no gate
  gpt2: {
    keys: layerNorm,
    tensors: (s) => ({ 'position_embd.weight': [s.d, s.context], ...normed('output_norm', s.d) }),
    layer: (s) => ({
      ...normed('attn_norm', s.d),
      ...normed('ffn_norm', s.d),
      ...mergedAttention(s),
      ...mergedBiases(s),
      ...mlp(s),
      ...mlpBiases(s),
    }),
  },
  // one matrix for query, key and value, one for gate and up, two sets of rotary factors
  phi3: {
    keys: { ...rms, 'rope.scaling.attn_factor': f32(1.19) },
    tensors: (s) => ({
      ...head(s),
      ...scaled(['rope_factors_long', 'rope_factors_short'], s.d / s.heads / 2),
    }),
    layer: (s) => ({
      ...preNorms(s),
      ...mergedAttention(s),
      'ffn_up.weight': [s.d, 2 * s.ff],
      'ffn_down.weight': [s.ff, s.d],
    }),
  },
  // norms only after, query and key normalised over all heads
  olmo2: {
    keys: rms,
    tensors: head,
    layer: (s) => ({
      ...postNorms(s),
      ...{ 'attn_q_norm.weight': [s.d], 'attn_k_norm.weight': [kv(s)] },
      ...attention(s),
      ...gated(s),
    }),
  },
  // attention and MLP side by side behind one norm
  falcon: {
    keys: layerNorm,
    tensors: (s) => ({ ...head(s), ...normed('output_norm', s.d) }),
    layer: (s) => ({ ...normed('attn_norm', s.d), ...mergedAttention(s), ...mlp(s) }),
  },
  // side by side behind two norms, rotary positions on half of each head
  gptneox: {
    keys: { ...layerNorm, use_parallel_residual: bool(true), 'rope.dimension_count': u32(8) },
    tensors: (s) => ({ ...head(s), ...normed('output_norm', s.d) }),
    layer: (s) => ({
      ...normed('attn_norm', s.d),
      ...normed('ffn_norm', s.d),
      ...mergedAttention(s),
      ...mergedBiases(s),
      ...mlp(s),
      ...mlpBiases(s),
    }),
  },
  // a mixture in every layer, its weights made to add up to 1
  mixtral: {
    name: 'llama',
    keys: { ...rms, ...routed, feed_forward_length: u32(narrow) },
    tensors: head,
    layer: (s) => ({ ...preNorms(s), ...attention(s), ...mixture(s) }),
  },
  // a mixture in every layer and a shared expert behind a gate
  qwen2moe: {
    keys: { ...rms, ...routed, expert_shared_feed_forward_length: u32(narrow) },
    tensors: head,
    layer: (s) => ({
      ...preNorms(s),
      ...attention(s),
      ...mixture(s),
      ...sharedExpert(s),
      'ffn_gate_inp_shexp.weight': [s.d],
    }),
  },
  // mixtures above dense layers
  deepseek: {
    keys: { ...rms, ...leading, expert_weights_scale: f32(1.5) },
    tensors: head,
    layer: (s, index) => ({
      ...preNorms(s),
      ...attention(s),
      ...(index < 2 ? gated(s) : { ...mixture(s), ...sharedExpert(s) }),
    }),
  },
  // the same, chosen by sigmoids with a bias on the choice alone
  dots1: {
    sizes: { headsKv: 4 },
    keys: { ...rms, ...leading, expert_weights_norm: bool(true), expert_gating_func: u32(2) },
    tensors: head,
    layer: (s, index) => ({
      ...preNorms(s),
      ...headNorms(s),
      ...attention(s),
      ...(index < 2 ? gated(s) : { ...mixture(s), ...sharedExpert(s), 'exp_probs_b.bias': [experts] }),
    }),
  },
};

/** Architectures that are there to be refused. */
export const refused: Readonly<Record<string, Architecture>> = {
  // positions as biases of the attention
  bloom: {
    keys: layerNorm,
    tensors: (s) => ({ ...normed('token_embd_norm', s.d), ...normed('output_norm', s.d) }),
    layer: (s) => ({
      ...normed('attn_norm', s.d),
      ...normed('ffn_norm', s.d),
      ...mergedAttention(s),
      ...mergedBiases(s),
      ...mlp(s),
      ...mlpBiases(s),
    }),
  },
  // rotary positions in several sections
  qwen2vl: {
    keys: { ...rms, 'rope.dimension_sections': { type: 'array', items: 'int32', value: [2, 3, 3, 0] } },
    tensors: head,
    layer: (s) => ({ ...preNorms(s), ...attention(s), ...gated(s) }),
  },
  // no attention at all
  mamba: {
    keys: {
      ...rms,
      'ssm.conv_kernel': u32(4),
      'ssm.inner_size': u32(128),
      'ssm.state_size': u32(16),
      'ssm.time_step_rank': u32(4),
    },
    tensors: head,
    layer: ({ d }) => ({
      'attn_norm.weight': [d],
      'ssm_in.weight': [d, 4 * d],
      'ssm_conv1d.weight': [4, 2 * d],
      'ssm_conv1d.bias': [2 * d],
      'ssm_x.weight': [2 * d, 4 + 32],
      'ssm_dt.weight': [4, 2 * d],
      'ssm_dt.bias': [2 * d],
      ssm_a: [16, 2 * d],
      ssm_d: [2 * d],
      'ssm_out.weight': [2 * d, d],
    }),
  },
};
