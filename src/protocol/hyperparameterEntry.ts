import { type Method, methodsOf } from './methods.ts';

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
  readonly min: number;
  readonly max: number;
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

export const ROME = 'the ROME release';
export const here = 'chosen here, see docs/measurements.md';

export const optimised = methodsOf('rank-one', 'batch');
export const keyed = [...optimised, 'donor'] as const;
/** SUIT's value is found in two directions, without KL and bounds. */
export const bounded = optimised.filter((name) => name !== 'suit');
export const inNullSpace = ['alphaedit', 'alphaedit-blue', 'sphere', 'suit'] as const;
export const tuned = methodsOf('fine-tune');
