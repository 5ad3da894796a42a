import {
  bounded,
  type ChoiceEntry,
  here,
  keyed,
  optimised,
  ROME,
  type TemplatesEntry,
} from './hyperparameterEntry.ts';

/** The hyperparameters that are no single number: one of several ways, and the beginnings of prompts. */

export const choiceTable = {
  rateIn: {
    methods: bounded,
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
