import type { GrowingGram } from '../../numeric/growingGram.ts';
import type { Solver } from '../../numeric/solver.ts';
import type { Work } from '../../work/progress.ts';
import type { Hyperparameters } from '../hyperparameters/hyperparameters.ts';
import type { Subspace } from '../session/subspace.ts';
import type { ValueStart } from '../value/editValue.ts';
import type { OptimisedValue } from '../value/value.ts';

/** The subspaces of a layer's keys that methods may ask for. */
export type SubspaceName = 'nullSpace' | 'ownSpace' | 'principal';
/**
 * `nullSpace` the directions that the model's keys hardly use, `ownSpace` all but those that keys share most, `principal`
 * the principal directions of the layer's weights.
 */
export type Subspaces = Partial<Readonly<Record<SubspaceName, Pick<Subspace, 'dimension' | 'project'>>>>;

/** What a method for many facts starts from in one layer. */
export interface BatchInput {
  /** K: the key of each edit, averaged over its rewriting prompts. Shape [edits][key width]. */
  readonly keys: readonly Float64Array[];
  /** C + ridge. */
  readonly covariance: Solver;
  /** Those that the method needs. */
  readonly subspaces: Subspaces;
  /** What a method keeps of the batches of one sequence, the earlier ones and then this one. */
  readonly memory: GrowingGram;
  readonly hyperparameters: Hyperparameters;
}

/** A method for many facts at once: ΔW = R U, where column i of R is what edit i asks to be added at its key. */
export interface BatchMethod {
  readonly needs: readonly SubspaceName[];
  /** U, a row an edit. Shape [edits][key width]. */
  readonly rows: (input: BatchInput, work?: Work) => Promise<Float64Array[]>;
  /** How it finds what is asked, where that is not ROME's value. */
  readonly findValue?: (start: ValueStart, work?: Work) => Promise<OptimisedValue>;
}

/** @throws Error for a subspace that the method did not ask for */
export function subspaceOf(
  { subspaces }: BatchInput,
  name: SubspaceName,
): NonNullable<Subspaces[SubspaceName]> {
  const found = subspaces[name];
  if (found === undefined) throw new Error(`a method that asked for no ${name}`);
  return found;
}
