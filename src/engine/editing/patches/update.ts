import { DOWN, weightName } from '../../gguf/names.ts';
import type { Solver } from '../../numeric/solver.ts';
import type { Work } from '../../work/progress.ts';

/** What a rank-one method starts from: keys and MLP outputs per rewriting prompt (the plain one first), and delta. */
export interface RankOneInput {
  /** Shape [prompts][key width]. */
  readonly keys: readonly Float64Array[];
  /** Shape [prompts][embedding]. */
  readonly values: readonly Float64Array[];
  /** Shape [embedding]. */
  readonly delta: Float64Array;
  /** C + ridge. */
  readonly covariance: Solver;
  /** See `Hyperparameters.keyRidge`. */
  readonly keyRidge: number;
}

/** ΔW = left rightᵀ for a down-projection W [embedding, key width] that maps keys to values. */
export interface RankOneUpdate {
  /** Shape [embedding]. */
  readonly left: Float64Array;
  /** Shape [key width]. */
  readonly right: Float64Array;
}

/** An update, and the layer whose down-projection it changes, or another of its weights. */
export interface LayerUpdate extends RankOneUpdate {
  readonly layer: number;
  readonly part?: LoraPart;
}

/** What a LoRA changes besides down-projections. */
export type LoraPart = 'attn_q' | 'attn_v';

export const weightOf = ({ layer, part }: Pick<LayerUpdate, 'layer' | 'part'>): string =>
  weightName(layer, part ?? DOWN);

export type RankOneMethod = (input: RankOneInput, work?: Work) => Promise<RankOneUpdate>;
