import type { GrowingGram } from '../../numeric/growingGram.ts';
import type { Solver } from '../../numeric/solver.ts';
import type { Work } from '../../work/progress.ts';
import type { Hyperparameters } from '../hyperparameters/hyperparameters.ts';
import type { NullSpace } from '../session/nullSpace.ts';

/** What a method for many facts starts from in one layer. */
export interface BatchInput {
  /** K: the key of each edit, averaged over its rewriting prompts. Shape [edits][key width]. */
  readonly keys: readonly Float64Array[];
  /** C + ridge. */
  readonly covariance: Solver;
  readonly nullSpace: Pick<NullSpace, 'dimension' | 'project'> | undefined;
  /** What a method keeps of the batches of one sequence, the earlier ones and then this one. */
  readonly memory: GrowingGram;
  readonly hyperparameters: Hyperparameters;
}

/** A method for many facts at once: ΔW = R U, where column i of R is what edit i asks to be added at its key. */
export interface BatchMethod {
  /** Whether it needs the directions that the model's keys hardly use. */
  readonly needsNullSpace: boolean;
  /** U, a row an edit. Shape [edits][key width]. */
  readonly rows: (input: BatchInput, work?: Work) => Promise<Float64Array[]>;
}
