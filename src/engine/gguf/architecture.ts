import type { GgufHeader } from '../../protocol/gguf.ts';
import { InputError } from '../errors.ts';
import { numberOf, stringOf } from './header.ts';
import { KEYS } from './names.ts';

/**
 * Tensors without which llama.cpp loads no model of the architecture (its `src/models/*.cpp`), chosen to tell
 * one from another; `|` separates alternatives. Architectures that are not here are left to llama.cpp.
 */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  llama: ['blk.0.ffn_norm.weight', 'blk.0.ffn_gate.weight|blk.0.ffn_gate_inp.weight'],
  qwen2: ['blk.0.ffn_norm.weight', 'blk.0.ffn_gate.weight'],
  qwen3: ['blk.0.attn_q_norm.weight', 'blk.0.ffn_norm.weight', 'blk.0.ffn_gate.weight'],
  gemma2: ['blk.0.post_attention_norm.weight', 'blk.0.post_ffw_norm.weight', 'blk.0.ffn_gate.weight'],
  gemma3: ['blk.0.attn_q_norm.weight', 'blk.0.post_attention_norm.weight', 'blk.0.post_ffw_norm.weight'],
  gpt2: ['position_embd.weight', 'blk.0.attn_qkv.weight', 'blk.0.attn_norm.bias'],
  phi3: ['blk.0.ffn_norm.weight', 'blk.0.ffn_up.weight'],
  olmo2: ['blk.0.attn_q_norm.weight', 'blk.0.post_attention_norm.weight', 'blk.0.post_ffw_norm.weight'],
  falcon: ['blk.0.attn_qkv.weight', 'blk.0.attn_norm.bias'],
  gptneox: ['blk.0.attn_qkv.weight', 'blk.0.attn_qkv.bias', 'blk.0.ffn_norm.bias'],
};

/**
 * Refuses a model whose metadata contradict its tensors, as far as a header shows it: the architecture's keys,
 * its typical tensors, the number of layers, and the shape of the token embedding. Errors: `InputError`.
 */
export function checkArchitecture(header: GgufHeader): void {
  const architecture = stringOf(header, KEYS.architecture);
  if (architecture === undefined || !/^[\w.-]{1,64}$/.test(architecture)) {
    throw new InputError(
      `${header.name} is damaged: general.architecture names no architecture, so its tensors cannot be understood.`,
    );
  }
  checkRequired(header, architecture);
  checkLayers(header, architecture);
  checkEmbedding(header, architecture);
}

function checkRequired(header: GgufHeader, architecture: string): void {
  const names = new Set(header.tensors.map(({ name }) => name));
  for (const required of REQUIRED[architecture] ?? []) {
    const alternatives = required.split('|');
    if (!alternatives.some((name) => names.has(name))) {
      throw new InputError(
        `${header.name} says that it is a ${architecture} model, but its tensors are those of another: ${alternatives.join(' or ')} is missing.`,
      );
    }
  }
}

/** Layers in the middle may be empty (pruned models), so only the last one is compared. */
function checkLayers(header: GgufHeader, architecture: string): void {
  const claimed = demanded(header, `${architecture}.block_count`);
  const last = header.tensors.reduce((most, { name }) => {
    const layer = /^(?:enc\.|dec\.)?blk\.(\d+)\./.exec(name)?.[1];
    return layer === undefined ? most : Math.max(most, Number(layer));
  }, -1);
  if (last + 1 !== claimed) {
    throw new InputError(
      `${header.name} is damaged: ${architecture}.block_count says ${claimed} layers, its tensors are of ${last + 1}.`,
    );
  }
}

function checkEmbedding(header: GgufHeader, architecture: string): void {
  const width = demanded(header, `${architecture}.embedding_length`);
  const embedding = embeddingOf(header);
  if (embedding === undefined)
    throw new InputError(`${header.name} is damaged: the tensor token_embd.weight is missing.`);
  const shape = `token_embd.weight has the shape [${embedding.ne.join(', ')}]`;
  if (embedding.ne[0] !== width) {
    throw new InputError(
      `${header.name} is damaged: ${architecture}.embedding_length says ${width}, but ${shape}.`,
    );
  }
  const tokens = header.metadata.get('tokenizer.ggml.tokens');
  if (tokens?.type === 'array' && embedding.ne[1] !== tokens.length) {
    throw new InputError(
      `${header.name} is damaged: its vocabulary has ${tokens.length} tokens, but ${shape}.`,
    );
  }
}

function demanded(header: GgufHeader, key: string): number {
  const value = numberOf(header, key);
  if (value === undefined) throw new InputError(`${header.name} is damaged: the number ${key} is missing.`);
  return value;
}

const embeddingOf = ({ tensors }: GgufHeader) => tensors.find(({ name }) => name === 'token_embd.weight');

/** Tokens that the model has an embedding of; 0 where the header has no embeddings. */
export const vocabularySize = (header: GgufHeader): number => embeddingOf(header)?.ne.at(1) ?? 0;
