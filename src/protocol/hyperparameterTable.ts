import { type Method, methodsOf } from './methods.ts';

/**
 * The hyperparameters of the editing methods, each said once: schemas, completion and hovers in the editor, `palimpsest
 * methods`, defaults, ranges and complaints take them from here. Plain data, which costs nothing to load.
 */

/** What is said of any hyperparameter. */
interface Described {
  /** The methods that have it. */
  readonly methods: readonly Method[];
  /** A sentence, with the name that the released code of the method has for it. */
  readonly meaning: string;
  /** What it is counted in; missing for a plain weight or multiple. */
  readonly unit?: string;
  /** Where its default comes from. */
  readonly source: string;
}

export interface NumberEntry extends Described {
  readonly default: number;
  readonly least: number;
  readonly most: number;
  /** Whether only whole numbers are taken. */
  readonly whole?: true;
}

/** One of several ways. */
export interface ChoiceEntry extends Described {
  readonly default: string;
  readonly choices: readonly string[];
}

/** The beginnings of prompts: pairs of how many, and of how many tokens. */
export interface TemplatesEntry extends Described {
  readonly default: readonly (readonly [count: number, tokens: number])[];
}

const ROME = 'the ROME release';
const here = 'chosen here, see docs/measurements.md';

const optimised = methodsOf('rank-one', 'batch');
const keyed = [...optimised, 'donor'] as const;
const tuned = methodsOf('fine-tune');

export const numberTable = {
  steps: {
    methods: [...optimised, ...tuned],
    meaning: 'Gradient steps at most (`v_num_grad_steps`, of fine-tuning `num_steps`).',
    unit: 'steps',
    default: 25,
    least: 1,
    most: 10_000,
    whole: true,
    source: `${ROME} and EasyEdit: 20 to 25`,
  },
  learningRate: {
    methods: optimised,
    meaning: "Adam's step for δ (`v_lr`); `rateIn` says what it is counted in.",
    default: 0.5,
    least: 1e-6,
    most: 1000,
    source: ROME,
  },
  stopBelow: {
    methods: [...optimised, ...tuned, 'lora'],
    meaning: 'Stop when the mean negative log-likelihood per target token falls below this.',
    unit: 'nats',
    default: 0.05,
    least: 0,
    most: 20,
    source: `${ROME}, which holds the whole loss against it`,
  },
  clamp: {
    methods: optimised,
    meaning: 'Bound of ‖δ‖ (`clamp_norm_factor`).',
    unit: '‖v₀‖',
    default: 4,
    least: 0.01,
    most: 1000,
    source: `${ROME}, for GPT-2 XL and GPT-J`,
  },
  kl: {
    methods: optimised,
    meaning: 'Weight of KL(now ‖ before) at "{subject} is a" (`kl_factor`).',
    default: 0.0625,
    least: 0,
    most: 1000,
    source: ROME,
  },
  protect: {
    methods: [...optimised, ...tuned],
    meaning: 'Weight of KL(now ‖ before) at the protected facts of the subject, shared among them.',
    default: 0.3,
    least: 0,
    most: 1000,
    source: here,
  },
  weightDecay: {
    methods: optimised,
    meaning: 'Weight of ‖δ‖ / ‖v₀‖² (`v_weight_decay`).',
    default: 1e-3,
    least: 0,
    most: 1000,
    source: 'EasyEdit, for Llama 2 and Qwen2.5; the ROME release has 0.5',
  },
  ridge: {
    methods: keyed,
    meaning: "Added to the covariance's diagonal.",
    unit: 'of its mean',
    default: 1e-3,
    least: 0,
    most: 1,
    source: here,
  },
  samples: {
    methods: keyed,
    meaning: 'Keys that the covariance is taken over (`mom2_n_samples`, which is their number).',
    unit: 'widths of a key',
    default: 4,
    least: 2,
    most: 10_000,
    source: 'arXiv 2506.04226: 2 to 10 serve',
  },
  keyRidge: {
    methods: ['rome-several-keys', 'emmet', 'donor'],
    meaning: 'Keeps keys that are alike apart: added to the diagonal of KᵀC⁻¹K.',
    unit: 'of its mean',
    default: 0.1,
    least: 0,
    most: 10,
    source: here,
  },
  spread: {
    methods: ['memit', 'alphaedit'],
    meaning: 'Layers that are written, the edit’s own the last of them (`layers`).',
    unit: 'layers',
    default: 5,
    least: 1,
    most: 100,
    whole: true,
    source: 'MEMIT; here no more than a sixth of the layers, and one where MLPs are normed behind (Gemma)',
  },
  preserve: {
    methods: ['memit'],
    meaning:
      'How much what the keys gave before weighs in MEMIT (λ, `mom2_update_weight` divided by the width).',
    unit: 'widths of a key',
    default: 0.03,
    least: 0,
    most: 1e6,
    source: here,
  },
  nullSpace: {
    methods: ['alphaedit'],
    meaning:
      "AlphaEdit's null space: the directions that the keys use least, as many as hold this share of E‖k‖² (in place of `nullspace_threshold`).",
    unit: 'of E‖k‖²',
    default: 0.02,
    least: 0,
    most: 1,
    source: 'chosen on 200 facts of almanac that no figure of docs/measurements.md rests on',
  },
  l2: {
    methods: ['alphaedit'],
    meaning: "AlphaEdit's weight on the size of the change (`L2`, which is no share).",
    unit: 'E‖k‖² / width',
    default: 0.3,
    least: 0,
    most: 1e6,
    source: 'chosen on 200 facts of almanac that no figure of docs/measurements.md rests on',
  },
  fineTuneRate: {
    methods: tuned,
    meaning: "Adam's step (`lr`).",
    default: 5e-4,
    least: 1e-8,
    most: 1,
    source: 'EasyEdit',
  },
  fineTuneBound: {
    methods: ['ft-l'],
    meaning: 'How far any single weight may move (`norm_constraint`).',
    default: 5e-4,
    least: 1e-8,
    most: 10,
    source: 'arXiv 2202.05262 for GPT-2 XL; a layer with fewer weights gets inversely more',
  },
  dinmSteps: {
    methods: ['dinm'],
    meaning: 'Gradient steps (`num_steps`).',
    unit: 'steps',
    default: 10,
    least: 1,
    most: 10_000,
    whole: true,
    source: 'EasyEdit, for Llama 2 7B and Mistral 7B',
  },
  dinmRate: {
    methods: ['dinm'],
    meaning: "Adam's step (`lr`).",
    default: 5e-4,
    least: 1e-8,
    most: 1,
    source: 'EasyEdit, for Llama 2 7B and Mistral 7B',
  },
  dinmEdit: {
    methods: ['dinm'],
    meaning: "Weight of the safe answer's NLL beside the KL of what is held (`kl_factor`).",
    default: 0.1,
    least: 1e-6,
    most: 1000,
    source: 'EasyEdit, for Llama 2 7B and Mistral 7B',
  },
  dinmTokens: {
    methods: ['dinm'],
    meaning: 'Tokens of the safe answer that are trained on at most.',
    unit: 'tokens',
    default: 600,
    least: 1,
    most: 600,
    whole: true,
    source: 'EasyEdit (`max_output_length`)',
  },
  loraRank: {
    methods: ['lora'],
    meaning: 'Rank in each layer (`rank`).',
    default: 8,
    least: 1,
    most: 1024,
    whole: true,
    source: 'EasyEdit',
  },
  loraRate: {
    methods: ['lora'],
    meaning: "Adam's step for the factors (`lr`).",
    default: 5e-3,
    least: 1e-8,
    most: 1,
    source: 'EasyEdit',
  },
  loraSteps: {
    methods: ['lora'],
    meaning: 'How often every edit is seen (`num_steps`).',
    unit: 'steps',
    default: 30,
    least: 1,
    most: 10_000,
    whole: true,
    source: here,
  },
} as const satisfies Readonly<Record<string, NumberEntry>>;

export const choiceTable = {
  rateIn: {
    methods: optimised,
    meaning:
      'What the learning rate is counted in: `one` (each element of δ moves by it, as published), or `value` (δ as a whole moves by that share of ‖v₀‖: each element by rate ‖v₀‖ / √width), which means the same in every model.',
    default: 'one',
    choices: ['one', 'value'],
    source: `${ROME}; where MLPs are normed behind (Gemma) \`value\`, at 0.1 and 50 steps`,
  },
  stopOn: {
    methods: optimised,
    meaning:
      'What is compared with `stopBelow`: `nll` (of the target alone), or `loss` (with KL and weight decay, as published).',
    default: 'nll',
    choices: ['nll', 'loss'],
    source: here,
  },
  dinmSuffix: {
    methods: ['dinm'],
    meaning:
      'Whether the prompts are trained on with the sentence behind them that DINM was published with (`suffix_system_prompt`); the release asks with it after the edit as well.',
    default: 'none',
    choices: ['none', 'published'],
    source: here,
  },
  dinmLayer: {
    methods: ['dinm'],
    meaning:
      'The toxic layer: where ‖h_safe − h_unsafe‖ is largest (`published`), or where its share of ‖h_safe‖ is (`relative`), since the stream grows from layer to layer.',
    default: 'published',
    choices: ['published', 'relative'],
    source: 'arXiv 2403.14472, equation 3',
  },
  dinmHeld: {
    methods: ['dinm'],
    meaning:
      'What is held besides the answer: the constraints of the edit (`constraint`), or also their questions in the words around the subject (`wrapped`), so that an attack alone is no reason to decline.',
    default: 'constraint',
    choices: ['constraint', 'wrapped'],
    source: 'arXiv 2403.14472; `wrapped` of this tool',
  },
} as const satisfies Readonly<Record<string, ChoiceEntry>>;

export const templatesEntry: TemplatesEntry = {
  methods: keyed,
  meaning:
    'Prompts with a generated beginning, besides the plain one: pairs of how many, and of how many tokens (`context_template_length_params`).',
  unit: 'prompts, tokens',
  default: [
    [2, 5],
    [1, 10],
  ],
  source: `${here}; ${ROME} has 10 of 5 and 10 of 10`,
};
