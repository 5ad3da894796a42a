import { phases, type Work } from '../../work/progress.ts';
import type { EditSession } from '../session/session.ts';
import type { ComputedEdit } from './computedEdit.ts';
import { type BatchEdit, type BatchPlan, computeBatch } from './editBatch.ts';

/**
 * BLUE (2502.03748; xpq-tech/BLUE, `execute_memit_blue`): instead of sharing what is missing among all layers, the first
 * and the last are written, each as if it were the only one: with values found in it, the second on top of the first.
 *
 * @param plan of the first and the last layer
 */
export async function computeBlue(
  session: EditSession,
  edits: readonly BatchEdit[],
  plan: BatchPlan,
  work: Work = {},
): Promise<ComputedEdit[]> {
  const own = phases(
    work,
    plan.layers.map(() => 1),
  );
  let done: ComputedEdit[] = [];
  for (const [index, layer] of plan.layers.entries()) {
    const written = done.flatMap(({ updates }) => updates);
    if (index > 0) await plan.buildOn(written);
    const computed = await computeBatch(session, edits, { ...plan, layers: [layer] }, own[index]);
    done = computed.map((edit, i) => joined(done[i], edit));
  }
  return done;
}

function joined(before: ComputedEdit | undefined, edit: ComputedEdit): ComputedEdit {
  if (before === undefined) return edit;
  return {
    ...edit,
    updates: [...before.updates, ...edit.updates],
    updateNorm: Math.hypot(before.updateNorm, edit.updateNorm),
  };
}
