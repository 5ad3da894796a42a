import type { KeyKind } from '../../../protocol/review.ts';
import { KEYS } from '../../gguf/names.ts';

/**
 * Keys that describe a model and say nothing of what it computes: the authorship and provenance keys of the GGUF
 * specification, and what quantisers note. All others count as something that is computed with, or as unknown.
 */
const described =
  /^general\.(name|author|version|organization|finetune|basename|description|quantized_by|size_label|license(\.(name|link))?|url|doi|uuid|repo_url|source\.[a-z_.]+|(base_model|dataset)\.(count|\d+\.[a-z_]+)|tags|languages|datasets|file_type|quantization_version)$|^quantize\.imatrix\.(file|dataset|entries_count|chunks_count)$/;

/** What samplers take from the model, and what kind of file and network it is. */
const general = /^general\.(sampling\..+|architecture|type)$/;

/** How a file is laid out; it is compared apart (`layout.ts`). */
const layout = new Set([KEYS.alignment, 'split.no', 'split.count', 'split.tensors.count']);

export const isLayoutKey = (key: string): boolean => layout.has(key);

/**
 * What a change of the key means. Every key of the model's architecture is computed with, whether this version of
 * llama.cpp knows it or not (`LLM_KV_NAMES` in llama-arch.cpp has `%s.` for it); so are the keys of activations that it
 * reads without that prefix.
 *
 * @param architectures `general.architecture` of both models
 */
export function kindOfKey(key: string, architectures: ReadonlySet<string>): KeyKind {
  if (key.startsWith('tokenizer.chat_template')) return 'chat-template';
  if (key.startsWith('tokenizer.')) return 'vocabulary';
  const prefix = [...architectures].find((architecture) => key.startsWith(`${architecture}.`));
  if (prefix !== undefined) return key === `${prefix}.vocab_size` ? 'vocabulary' : 'computation';
  if (general.test(key) || /^(xielu|adapter)\./.test(key)) return 'computation';
  return described.test(key) ? 'metadata' : 'unknown-key';
}

/** Does llama.cpp treat tokens differently under these names? It goes by parts of them (llama-vocab.cpp). */
export function namesReadApart(before: string, after: string): boolean {
  const family = (name: string) => /phi-?3|modern-bert/.exec(name.toLowerCase())?.[0].replace('-', '');
  return family(before) !== family(after);
}
