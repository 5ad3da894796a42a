import { type Demand, firstOf } from './demand.ts';

/** Types without a product with F32 (`type_traits_cpu[].vec_dot` of ggml-cpu.c): aborts, or a jump to address 0. */
const UNMULTIPLIED: ReadonlySet<string> = new Set(['q8_1', 'q8_K', 'i8', 'i16', 'i32', 'i64', 'f64']);

/** Tables of ids: looked up, never multiplied. */
const ID_TABLE = /(?:^|\.)(?:ffn_gate_tid2eid\.weight|d2t)$/;

/**
 * What is added to activations, or multiplied by them element by element: ggml's `binary_op` aborts unless both are
 * F32. `ggml_rope_impl`, `ggml_ssm_conv` and `ggml_ssm_scan` assert F32 of theirs.
 */
const ELEMENTWISE =
  /(?:norm|rope_freqs|rope_factors_\w+|ssm_conv1d|sinks)\.weight$|\.(?:bias|scale)$|ssm_[ad]$/;

/** One row that is a weight of a product all the same. */
const ROW_OF_PRODUCT = /ffn_gate_inp(?:_shexp)?\.weight$|attn_rot_embd\.weight$/;

const typesCompute: Demand = ({ tensors }) => {
  for (const { name, type, ne } of tensors) {
    if (ID_TABLE.test(name)) continue;
    if (UNMULTIPLIED.has(type.name)) {
      return `${name} is of type ${type.name}, which llama.cpp cannot compute with`;
    }
    const elementwise = ELEMENTWISE.test(name) || ne.length === 1;
    if (elementwise && type.name !== 'f32' && !ROW_OF_PRODUCT.test(name)) {
      return `${name} is of type ${type.name}, but is read as f32`;
    }
  }
  return undefined;
};

/** The projector's tensors, by the prefixes of llama.cpp's `clip.cpp`: vision, audio, and what leads to the text. */
const PROJECTOR = /^(?:v|a|mm|resampler)\./;

const holdsNoProjector: Demand = ({ tensors }) => {
  const found = tensors.filter(({ name }) => PROJECTOR.test(name));
  const [first] = found;
  if (first === undefined) return undefined;
  return `it holds the image or audio projector as well (${found.length} tensors, ${first.name} the first), as Ollama packs models; llama.cpp wants the projector in a file of its own (mmproj)`;
};

/** What llama.cpp and ggml demand of the tensors, beyond shapes, which the loader compares itself. */
export const weightsFit: Demand = firstOf([holdsNoProjector, typesCompute]);
