import type { GgufHeader } from '../../../../protocol/gguf.ts';
import { architectureOf, numberOf } from '../../../gguf/header.ts';

/**
 * What llama.cpp takes a hyperparameter for where a header does not say it, so that to say it and not to say it are the
 * same. Source: `llama_model_base::load_hparams` and the architectures' own in llama.cpp's src.
 *
 * @param key without the architecture's prefix
 */
export function impliedNumber(header: GgufHeader, key: string): number | undefined {
  const architecture = architectureOf(header);
  const of = (name: string) => numberOf(header, `${architecture}.${name}`) ?? impliedNumber(header, name);
  switch (key) {
    case 'attention.head_count_kv':
      return of('attention.head_count');
    case 'attention.key_length':
    case 'attention.value_length': {
      const [width, heads] = [of('embedding_length'), of('attention.head_count')];
      return width === undefined || heads === undefined ? undefined : Math.floor(width / heads);
    }
    case 'rope.dimension_count':
      return of('attention.key_length');
    case 'rope.freq_base':
    case 'rope.freq_base_swa':
      return 10_000;
    case 'rope.scaling.factor':
      return 1;
    case 'rope.scaling.original_context_length':
      return of('context_length');
    case 'vocab_size':
      return header.tensors.find(({ name }) => name === 'token_embd.weight')?.ne[1];
    case 'attention.sliding_window':
      return architecture === 'gemma2' ? 4096 : 0;
    case 'attn_logit_softcapping':
      return architecture === 'gemma2' ? 50 : 0;
    case 'final_logit_softcapping':
      return architecture === 'gemma2' ? 30 : 0;
    case 'rope.scaling.attn_factor':
    case 'rope.scaling.yarn_attn_factor':
      return 1;
    case 'attention.sliding_window_pattern':
      return architecture === 'gemma2' ? 2 : architecture === 'gemma3' ? 6 : undefined;
    case 'expert_feed_forward_length':
      return of('feed_forward_length');
    case 'expert_count':
    case 'expert_used_count':
      return 0;
    default:
      return undefined;
  }
}
