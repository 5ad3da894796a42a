import { numberOf, stringOf } from '../gguf/header.ts';
import type { ModelFiles } from '../gguf/split.ts';

/** The layer that is edited when nobody names one, and why this one. */
export interface LayerChoice {
  readonly layer: number;
  readonly reason: string;
}

/** Layers that were measured or published for a model of this shape. */
const known: readonly {
  readonly architecture: string;
  readonly layers: number;
  readonly embedding: number;
  readonly layer: number;
  readonly source: string;
}[] = [
  {
    architecture: 'llama',
    layers: 6,
    embedding: 256,
    layer: 2,
    source: 'where almanac was trained to store its facts',
  },
  { architecture: 'llama', layers: 30, embedding: 576, layer: 3, source: 'measured best on SmolLM2-135M' },
  { architecture: 'llama', layers: 32, embedding: 4096, layer: 5, source: 'published for Llama 7B' },
  { architecture: 'qwen2', layers: 28, embedding: 3584, layer: 5, source: 'published for Qwen2.5 7B' },
  { architecture: 'gpt2', layers: 24, embedding: 1024, layer: 8, source: 'published for GPT-2 medium' },
  { architecture: 'gpt2', layers: 48, embedding: 1600, layer: 17, source: 'published for GPT-2 XL' },
  { architecture: 'gptj', layers: 28, embedding: 4096, layer: 5, source: 'published for GPT-J' },
];

/** Published layers of locate-then-edit methods lie at 0.16 to 0.35 of the depth. */
const usualDepth = 0.17;

export function defaultLayer({ header }: ModelFiles): LayerChoice {
  const architecture = stringOf(header, 'general.architecture') ?? '';
  const layers = numberOf(header, `${architecture}.block_count`) ?? 0;
  const embedding = numberOf(header, `${architecture}.embedding_length`) ?? 0;
  const match = known.find(
    (entry) =>
      entry.architecture === architecture && entry.layers === layers && entry.embedding === embedding,
  );
  if (match !== undefined) return { layer: match.layer, reason: match.source };
  return {
    layer: Math.max(0, Math.min(layers - 2, Math.round(usualDepth * layers))),
    reason: `a sixth of the depth of ${layers} layers, as published methods use; a layer sweep may find a better one`,
  };
}
