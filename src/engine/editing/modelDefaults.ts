import { numberOf, stringOf } from '../gguf/header.ts';
import type { ModelFiles } from '../gguf/split.ts';
import { defaults, type Hyperparameters } from './hyperparameters.ts';
import { editTargets } from './targets.ts';

/** The layer that is edited when nobody names one, and why this one. */
export interface LayerChoice {
  readonly layer: number;
  readonly reason: string;
}

/** What was measured or published for a model of this shape. */
interface KnownModel {
  readonly architecture: string;
  readonly layers: number;
  readonly embedding: number;
  readonly layer: number;
  readonly source: string;
  readonly hyperparameters?: Partial<Hyperparameters>;
}

const known: readonly KnownModel[] = [
  {
    architecture: 'llama',
    layers: 6,
    embedding: 256,
    layer: 2,
    source: 'where almanac was trained to store its facts',
    // its residual stream is small: the usual step overshoots and costs neighbours (`npm run bench -- quality almanac`)
    hyperparameters: { learningRate: 0.2, steps: 40, ridge: 1e-4 },
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

/** Where the usual layer cannot be edited (a mixture of experts), the nearest one that can be. */
export function defaultLayer(files: ModelFiles): LayerChoice {
  const usual = usualLayer(files);
  const editable = editTargets(files)
    .filter((target) => target.editable)
    .map(({ layer }) => layer);
  if (editable.length === 0 || editable.includes(usual.layer)) return usual;
  const distance = (layer: number) => Math.abs(layer - usual.layer);
  const layer = editable.reduce((best, next) => (distance(next) < distance(best) ? next : best));
  return { layer, reason: `the editable layer nearest to ${usual.layer} (${usual.reason})` };
}

function usualLayer(files: ModelFiles): LayerChoice {
  const match = knownModel(files);
  if (match !== undefined) return { layer: match.layer, reason: match.source };
  const { layers } = shapeOf(files);
  return {
    layer: Math.max(0, Math.min(layers - 2, Math.round(usualDepth * layers))),
    reason: `a sixth of the depth of ${layers} layers, as published methods use; a layer sweep may find a better one`,
  };
}

/** The caller's wishes before what is known of the model, before what serves in general. */
export function hyperparametersFor(
  files: ModelFiles,
  wished: Partial<Hyperparameters> | undefined,
): Hyperparameters {
  return { ...defaults, ...knownModel(files)?.hyperparameters, ...wished };
}

function knownModel(files: ModelFiles): KnownModel | undefined {
  const { architecture, layers, embedding } = shapeOf(files);
  return known.find(
    (entry) =>
      entry.architecture === architecture && entry.layers === layers && entry.embedding === embedding,
  );
}

function shapeOf({ header }: ModelFiles) {
  const architecture = stringOf(header, 'general.architecture') ?? '';
  return {
    architecture,
    layers: numberOf(header, `${architecture}.block_count`) ?? 0,
    embedding: numberOf(header, `${architecture}.embedding_length`) ?? 0,
  };
}
