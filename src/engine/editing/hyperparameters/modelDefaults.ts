import type { SomeHyperparameters } from '../../../protocol/hyperparameters.ts';
import { numberTable } from '../../../protocol/hyperparameterTable.ts';
import { spreadsOverLayers } from '../../../protocol/methodKinds.ts';
import { defaultMethod, type Method } from '../../../protocol/methods.ts';
import { architectureOf, numberOf } from '../../gguf/header.ts';
import { DOWN, weightInLayer } from '../../gguf/names.ts';
import type { ModelFiles } from '../../gguf/split.ts';
import { editableLayers, hasPostNorm } from '../session/editableLayers.ts';
import { defaults, type Hyperparameters } from './hyperparameters.ts';

/** The layer that is edited when nobody names one, and why this one. */
export interface LayerChoice {
  readonly layer: number;
  readonly reason: string;
  /** Nobody named it, so that a method that finds its own layer may take another. */
  readonly proposed?: true;
}

/** What was measured or published for a model of this shape. */
interface KnownModel {
  readonly architecture: string;
  readonly layers: number;
  readonly embedding: number;
  readonly layer: number;
  readonly source: string;
  /** The last of the layers that MEMIT and AlphaEdit write to, where it is another. */
  readonly batchLayer?: number;
  /** MEMIT's λ is published as a number, and divided here by the width of the model's keys. */
  readonly hyperparameters?: SomeHyperparameters;
}

const known: readonly KnownModel[] = [
  {
    architecture: 'llama',
    layers: 6,
    embedding: 256,
    layer: 2,
    source: 'where almanac was trained to store its facts',
    // its residual stream is small: the usual step overshoots and costs neighbours (`npm run bench -- quality almanac`)
    // the rest was tried on its own edits (docs/measurements.md): AlphaEdit and MEMIT write two layers, DINM takes longer steps
    hyperparameters: {
      learningRate: 0.2,
      steps: 40,
      ridge: 1e-4,
      spread: 3,
      dinmRate: 2e-3,
    },
  },
  {
    architecture: 'llama',
    layers: 30,
    embedding: 576,
    layer: 3,
    batchLayer: 5,
    source: 'measured best on SmolLM2-135M',
  },
  {
    architecture: 'llama',
    layers: 32,
    embedding: 4096,
    layer: 5,
    batchLayer: 8,
    source: 'published for Llama 7B',
    hyperparameters: { preserve: 15_000 / 11_008 },
  },
  {
    architecture: 'qwen2',
    layers: 28,
    embedding: 3584,
    layer: 5,
    batchLayer: 8,
    source: 'published for Qwen2.5 7B',
    hyperparameters: { preserve: 15_000 / 18_944 },
  },
  { architecture: 'gpt2', layers: 24, embedding: 1024, layer: 8, source: 'published for GPT-2 medium' },
  {
    architecture: 'gpt2',
    layers: 48,
    embedding: 1600,
    layer: 17,
    source: 'published for GPT-2 XL',
    hyperparameters: { preserve: 20_000 / 6400 },
  },
  {
    architecture: 'gptj',
    layers: 28,
    embedding: 4096,
    layer: 5,
    batchLayer: 8,
    source: 'published for GPT-J',
    hyperparameters: { preserve: 15_000 / 16_384 },
  },
];

/** Published layers of locate-then-edit methods lie at 0.16 to 0.35 of the depth. */
const usualDepth = 0.17;
/** The last layer of those that spread a change, 0.25 to 0.35. */
const usualDepthOfSpread = 0.27;

/** Where the usual layer cannot be edited (a mixture of experts), the nearest one that can be. */
export function defaultLayer(files: ModelFiles, method: Method = defaultMethod): LayerChoice {
  const usual = usualLayer(files, spreadsOverLayers(method) && !hasPostNorm(files, 0));
  const editable = editableLayers(files)
    .filter((target) => target.editable)
    .map(({ layer }) => layer);
  if (editable.length === 0 || editable.includes(usual.layer)) return usual;
  const distance = (layer: number) => Math.abs(layer - usual.layer);
  const layer = editable.reduce((best, next) => (distance(next) < distance(best) ? next : best));
  return { layer, reason: `the editable layer nearest to ${usual.layer} (${usual.reason})` };
}

function usualLayer(files: ModelFiles, spreads: boolean): LayerChoice {
  const match = knownModel(files);
  if (match !== undefined) {
    return { layer: (spreads ? match.batchLayer : undefined) ?? match.layer, reason: match.source };
  }
  const { layers } = shapeOf(files);
  const depth = spreads ? usualDepthOfSpread : usualDepth;
  return {
    layer: Math.max(0, Math.min(layers - 2, Math.round(depth * layers))),
    reason: `${spreads ? 'a quarter' : 'a sixth'} of the depth of ${layers} layers, as published methods use; a layer sweep may find a better one`,
  };
}

/** The editable layers among `count` that end at `last`, from the lowest on. */
export function layersEndingAt(files: ModelFiles, last: number, count: number): number[] {
  const near = editableLayers(files).filter(({ layer }) => layer > last - count && layer < last);
  return [...near.filter(({ editable }) => editable).map(({ layer }) => layer), last];
}

/**
 * What an edit is computed with: the caller's wishes, the last of them first, before the preset, which without a name is
 * what is known of the model, before what serves in general.
 */
export function hyperparametersFor(
  files: ModelFiles,
  wished: readonly (SomeHyperparameters | undefined)[] = [],
  preset = knownModel(files)?.hyperparameters,
): Hyperparameters {
  const { layers } = shapeOf(files);
  const fineTuneBound = boundFor(files);
  const normed = hasPostNorm(files, 0);
  const most = normed ? 1 : defaults.spread;
  const spread = Math.max(1, Math.min(most, Math.round(layers / 6)));
  const own = { ...defaults, spread, fineTuneBound, ...(normed && behindNorm) };
  return Object.assign(own, preset, ...wished);
}

/**
 * Where the output of an MLP is normed before it is added, its direction alone counts: δ beyond the length of v₀ hardly
 * moves the answer further, and leaks all the more to neighbours. The steps are short in the scale of v₀, so that δ ends
 * where it first suffices.
 */
const behindNorm: SomeHyperparameters = { rateIn: 'value', learningRate: 0.1, steps: 50 };

/** Weights of a down-projection of GPT-2 XL, which FT-L's bound was published for. */
const gpt2Xl = 1600 * 6400;

/**
 * FT-L's bound for a model: such that what all weights of a layer may move, summed, is what it is in GPT-2 XL. For GPT-J
 * this gives 7.6e-5, where 5e-5 is published.
 */
function boundFor({ header }: ModelFiles): number {
  const down = header.tensors.find(({ name }) => weightInLayer(name)?.part === DOWN);
  const { min, max } = numberTable.fineTuneBound;
  const bound = (defaults.fineTuneBound * gpt2Xl) / (down?.elements ?? gpt2Xl);
  return Math.min(max, Math.max(min, bound));
}

function knownModel(files: ModelFiles): KnownModel | undefined {
  const { architecture, layers, embedding } = shapeOf(files);
  return known.find(
    (entry) =>
      entry.architecture === architecture && entry.layers === layers && entry.embedding === embedding,
  );
}

function shapeOf({ header }: ModelFiles) {
  const architecture = architectureOf(header);
  return {
    architecture,
    layers: numberOf(header, `${architecture}.block_count`) ?? 0,
    embedding: numberOf(header, `${architecture}.embedding_length`) ?? 0,
  };
}
