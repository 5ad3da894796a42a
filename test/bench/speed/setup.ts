import { importFile } from '../../../src/engine/datasets/index.ts';
import { type ComputedPatch, computePatch } from '../../../src/engine/editing/computePatch.ts';
import { defaults } from '../../../src/engine/editing/hyperparameters/hyperparameters.ts';
import { planEdits } from '../../../src/engine/editing/planEdits.ts';
import type { EditSession } from '../../../src/engine/editing/session/session.ts';
import { type Rewriting, rewriting } from '../../../src/engine/editing/value/rewriting.ts';
import { contextTemplates } from '../../../src/engine/editing/value/templates.ts';
import type { Edit } from '../../../src/protocol/edits.ts';

/** The first `count` records of SmolLM2's facts. */
export async function someEdits(count: number): Promise<Edit[]> {
  const { file } = await importFile('counterfact', 'test/bench/facts-smollm2.json');
  return file.edits.slice(0, count);
}

/** One edit with the engine's defaults. */
export function computeOne(
  session: EditSession,
  edit: Edit,
  { steps = defaults.steps, cacheFolder }: { steps?: number; cacheFolder?: string | undefined } = {},
): Promise<ComputedPatch> {
  const plan = planEdits(session, { edits: [edit] }, [edit], {});
  return computePatch(session, plan, { hyperparameters: { steps }, cacheFolder });
}

/** The prompts that `computeOne` computes with. */
export async function promptsOf(session: EditSession, { prompt, subject, target }: Edit): Promise<Rewriting> {
  const templates = await session.templates(defaults.templates, () =>
    contextTemplates(session, defaults.templates),
  );
  return rewriting(session.model, { prompt, subject, target: target.new }, templates, defaults);
}
