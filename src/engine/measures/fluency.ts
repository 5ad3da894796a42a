import type { Fluency } from '../../protocol/measures.ts';
import { mean } from '../numeric/mean.ts';

/** Words as NLTK's tokenizer roughly cuts them: runs of letters and digits, and each punctuation mark by itself. */
const word = /[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*|[^\s\p{L}\p{M}\p{N}]/gu;

/**
 * ROME's generation entropy: repetitive text scores low. Per text the weighted mean of the bigram and the trigram
 * entropy, weights 2/3 and 4/3, over what the model wrote.
 *
 * @param tokens how many tokens were generated for each text.
 */
export function fluency(texts: readonly string[], tokens: number): Fluency {
  return {
    protocol: `generation entropy (Meng et al. 2022): mean of 2/3·H₂ and 4/3·H₃ in bits over the words of ${tokens} greedily generated tokens; averaged over texts`,
    n: texts.length,
    entropy: texts.length === 0 ? null : mean(texts.map(generationEntropy)),
  };
}

/** In bits. The released code takes the mean of the two weighted entropies, i.e. half their sum; so do we. */
export function generationEntropy(text: string): number {
  const words = text.match(word) ?? [];
  return ((2 / 3) * ngramEntropy(words, 2) + (4 / 3) * ngramEntropy(words, 3)) / 2;
}

function ngramEntropy(words: readonly string[], n: number): number {
  const counts = new Map<string, number>();
  for (let i = 0; i + n <= words.length; i++) {
    const ngram = words.slice(i, i + n).join(' ');
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  const total = Math.max(0, words.length - n + 1);
  let entropy = 0;
  for (const count of counts.values()) entropy -= (count / total) * Math.log2(count / total);
  return entropy;
}
