import type { GgufHeader } from '../../protocol/gguf.ts';
import type { MemoryNeed } from '../../protocol/model.ts';
import { EngineError } from '../errors.ts';
import { vocabularySize } from '../gguf/architecture.ts';
import { architectureOf, numberOf } from '../gguf/header.ts';

/** What a context is made for; see `ContextOptions`. */
export interface ContextShape {
  readonly size: number;
  readonly batch?: number;
  readonly outputs?: number;
  readonly cacheType?: 'f16' | 'f32';
}

/** The contexts that a loaded model is read through at first. */
const reading: ContextShape = { size: 1024 };

/**
 * What loading a model and one context takes, from its header alone. llama.cpp maps the weights; where it lays
 * them out anew the file's pages are given back, and AMX's form of Q8_0 is the largest: 38 bytes for 34.
 * The working memory is that of the stage which takes most (attention or logits), as the graph allocator shares it.
 */
export function memoryNeed(header: GgufHeader, shape: ContextShape = reading): MemoryNeed {
  const { size, batch = size, outputs = batch, cacheType = 'f16' } = shape;
  const architecture = architectureOf(header);
  const of = (key: string, otherwise: number) => numberOf(header, `${architecture}.${key}`) ?? otherwise;

  const layers = of('block_count', 0);
  const width = of('embedding_length', 0);
  const heads = of('attention.head_count', 1);
  const headWidth = width / Math.max(1, heads);
  // layers may differ in their heads; then the number is an array, and all heads are the upper bound
  const kvHeads = of('attention.head_count_kv', heads);
  const kvWidth = kvHeads * (of('attention.key_length', headWidth) + of('attention.value_length', headWidth));
  const feedForward = of('feed_forward_length', 4 * width);
  const vocabulary = vocabularySize(header);

  const weights = header.tensors.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const quantised = header.tensors.filter(({ type }) => type.blockSize > 1);
  const repacking = quantised.reduce((sum, { byteLength }) => sum + byteLength, 0) / 8;
  const cache = layers * size * kvWidth * (cacheType === 'f32' ? 4 : 2);
  const scores = heads * batch * size;
  const compute = 4 * (Math.max(outputs * vocabulary, scores) + batch * (size + 4 * width + 3 * feedForward));
  const total = weights + repacking + cache + compute;
  return { weights, repacking, cache, compute, total };
}

/** @throws EngineError with the figures when there is not that much memory free. */
export function expectMemory(path: string, need: MemoryNeed, available: number): void {
  if (need.total <= available) return;
  const { weights, repacking, cache, compute, total } = need;
  throw new EngineError(
    `${path} needs about ${gigabytes(total)} GB of memory (weights ${gigabytes(weights + repacking)}, cache ${gigabytes(cache)}, working memory ${gigabytes(compute)}), but only ${gigabytes(available)} GB are free; close other programs or take a smaller quantization.`,
  );
}

/** With one digit, or two where it is little. */
export const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(bytes < 1e8 ? 2 : 1);
