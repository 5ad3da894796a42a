import type { SomeHyperparameters } from './hyperparameters.ts';
import { METHODS, type Method, methodEntry } from './methods.ts';

/**
 * Configurations by name: `default` is what serves here and what is known of a model, `paper` what a method was
 * published with, `easyedit` what EasyEdit runs it with. Layers are no part of them, since they belong to a model.
 */
export const PRESETS = ['default', 'paper', 'easyedit'] as const;
export type PresetName = (typeof PRESETS)[number];
type Published = Exclude<PresetName, 'default'>;

interface Preset {
  readonly values: SomeHyperparameters;
  /** The file or section that has them, and the model that they were published for. */
  readonly source: string;
  /** What is done otherwise there, which no hyperparameter here stands for. */
  readonly otherwise?: string;
}

/** As the release of ROME and those after it find a value. The last of their steps only looks, so that there is one less. */
const value = (steps: number): SomeHyperparameters => ({
  steps: steps - 1,
  learningRate: 0.5,
  rateIn: 'one',
  stopBelow: 0.05,
  stopOn: 'loss',
  kl: 0.0625,
  ridge: 0,
});
/** `[[5, 10], [10, 10]]`, and `[(10, 5)]`: of each length so many over five openings. */
const ofRome: SomeHyperparameters['templates'] = [
  [10, 5],
  [10, 10],
];
const ofMemit: SomeHyperparameters['templates'] = [[5, 10]];
/** 100,000 keys. */
const samples = (width: number) => 100_000 / width;

const gpt2Xl = { samples: samples(6400), clamp: 4, weightDecay: 0.5 };
const qwen = { samples: samples(18_944), clamp: 4, weightDecay: 1e-3 };
const dinm = {
  dinmSteps: 10,
  dinmRate: 5e-4,
  dinmEdit: 0.1,
  dinmTokens: 600,
  dinmSuffix: 'published',
  dinmLayer: 'published',
  dinmHeld: 'constraint',
} as const;
/** AlphaEdit and what builds on it, for Llama 3 8B. */
const alpha: SomeHyperparameters = {
  ...value(25),
  learningRate: 0.1,
  samples: samples(14_336),
  clamp: 0.75,
  weightDecay: 0.5,
  spread: 5,
  templates: ofMemit,
};
const averaged = 'Keys are averaged within each kind of beginning first.';
const ownSpace =
  'A direction is in the null space where its eigenvalue is below 0.02, and L2 is no share of the keys; here both stay as by default.';
const tuned = { steps: 25, fineTuneRate: 5e-4, stopBelow: 0.01 };

const table: Readonly<Record<Published, Partial<Record<Method, Preset>>>> = {
  paper: {
    rome: {
      values: { ...value(20), ...gpt2Xl, templates: ofRome },
      source: 'kmeng01/rome, hparams/ROME/gpt2-xl.json',
    },
    'r-rome': {
      values: { ...value(20), ...gpt2Xl, templates: ofRome },
      source: 'ROME’s for GPT-2 XL, which arXiv 2403.07175 keeps',
    },
    memit: {
      values: {
        ...value(25),
        samples: samples(16_384),
        clamp: 0.75,
        weightDecay: 0.5,
        spread: 6,
        preserve: 15_000 / 16_384,
        templates: ofMemit,
      },
      source: 'kmeng01/memit, hparams/MEMIT/EleutherAI_gpt-j-6B.json',
      otherwise: averaged,
    },
    alphaedit: {
      values: alpha,
      source: 'jianghoucheng/AlphaEdit, hparams/AlphaEdit/Llama3-8B.json',
      otherwise: `${averaged} ${ownSpace}`,
    },
    'memit-blue': {
      values: { ...alpha, preserve: 15_000 / 14_336 },
      source: 'xpq-tech/BLUE, hparams/MEMIT/Llama3-8B-blue.json',
      otherwise: averaged,
    },
    'alphaedit-blue': {
      values: alpha,
      source: 'xpq-tech/BLUE, hparams/AlphaEdit/Llama3-8B-blue.json',
      otherwise: `${averaged} ${ownSpace}`,
    },
    sphere: {
      values: { ...alpha, principal: 0.5, suppress: 0.5 },
      source: 'PlusLabNLP/SPHERE, README.md and hparams/AlphaEdit/Llama3-8B.json',
      otherwise: `${averaged} ${ownSpace} The weights are those that earlier batches have changed.`,
    },
    suit: {
      values: { shared: 0.4, apart: 0.3 },
      source: 'arXiv 2509.24502 for Llama 3 8B',
      otherwise: 'The shared directions are those of the keys of 10,000 entities.',
    },
    'ft-l': {
      values: { ...tuned, fineTuneBound: 5e-4 },
      source: 'FT+L of arXiv 2202.05262 for GPT-2 XL',
    },
    dinm: {
      values: dinm,
      source: 'arXiv 2403.14472 for Llama 2 7B Chat',
      otherwise: 'After the edit questions have the sentence behind them too, before it they have not.',
    },
  },
  easyedit: {
    rome: {
      values: { ...value(25), ...qwen, templates: ofRome },
      source: 'hparams/ROME/qwen2.5-7b.yaml',
      otherwise: 'The covariance is left out.',
    },
    'r-rome': {
      values: { ...value(25), ...qwen, templates: ofRome },
      source: 'hparams/R-ROME/qwen2.5-7b.yaml',
      otherwise: 'The covariance is left out.',
    },
    memit: {
      values: { ...value(25), ...qwen, spread: 5, preserve: 15_000 / 18_944, templates: ofMemit },
      source: 'hparams/MEMIT/qwen2.5-7b.yaml',
      otherwise: averaged,
    },
    alphaedit: {
      values: { ...value(25), ...qwen, spread: 5, templates: ofMemit },
      source: 'hparams/AlphaEdit/qwen2.5-7b.yaml',
      otherwise: `${averaged} ${ownSpace}`,
    },
    emmet: {
      values: {
        ...value(25),
        samples: samples(11_008),
        clamp: 4,
        weightDecay: 1e-3,
        keyRidge: 0.1,
        templates: ofMemit,
      },
      source: 'hparams/EMMET/llama-7b.yaml',
      otherwise: 'Five layers are written, and the ridge is no share.',
    },
    'ft-l': { values: { ...tuned, fineTuneBound: 5e-4 }, source: 'hparams/FT/gpt2-xl.yaml' },
    'ft-m': { values: tuned, source: 'hparams/FT/qwen2.5-7b.yaml', otherwise: 'The last layer is trained.' },
    ultraedit: {
      values: { ultraRate: 1e-6 },
      source: 'hparams/ULTRAEDIT/gemma-3-27b.yaml',
      otherwise: 'Gate and up projections of nine layers are written.',
    },
    lora: {
      values: { loraRank: 8, loraRate: 5e-3, loraSteps: 70 },
      source: 'hparams/LoRA/llama-7b.yaml',
      otherwise: 'Query and value projections alone, α/r = 4, dropout 0.1.',
    },
    dinm: {
      values: dinm,
      source: 'hparams/DINM/llama-7b.yaml',
      otherwise:
        'After the edit questions have the sentence behind them too, the KL has no gradient, and the layer is found from the answers alone, all tokens of them.',
    },
  },
};

/** What a preset sets for a method; undefined where nobody published it for that method, or for `default`. */
export const presetOf = (name: PresetName, method: Method): Preset | undefined =>
  name === 'default' ? undefined : table[name][method];

/** The presets that a method has. */
export const presetsOf = (method: Method): PresetName[] =>
  PRESETS.filter((name) => name === 'default' || presetOf(name, method) !== undefined);

/** Why a method cannot be run as a preset has it; undefined where it can. */
export function missingPreset(name: PresetName, method: Method): string | undefined {
  if (presetsOf(method).includes(name)) return undefined;
  const others = METHODS.filter((other) => presetsOf(other).includes(name));
  return `${methodEntry(method).title} has no preset "${name}", but ${presetsOf(method).join(', ')}; "${name}" is for ${others.join(', ')}.`;
}
