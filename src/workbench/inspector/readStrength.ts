import { InputError } from '../../engine/errors.ts';
import { parted, type Work } from '../../engine/work/progress.ts';
import type { Edit } from '../../protocol/edits.ts';
import type { StrengthReading, StrengthRow } from '../../protocol/inspector.ts';
import type { AppliedPatch } from '../../protocol/model.ts';
import type { EngineService } from '../engine/engineService.ts';
import { promptShownAs, promptsOf } from './probePlace.ts';

/** Prompts of a kind that are read at most: they are to be there while one moves the slider. */
const maxOfKind = 4;

interface Subject {
  readonly model: string;
  readonly patches: readonly AppliedPatch[];
  readonly edit: Edit | undefined;
  readonly own: string | undefined;
}

/**
 * What the model says to an edit's prompts with its patch at a strength, beside what else is on. Nothing is switched.
 *
 * @throws InputError where no edit is selected, or it has no patch yet
 */
export async function readStrength(
  engine: Pick<EngineService, 'quietly'>,
  { model, patches: on, edit, own }: Subject,
  strength: number,
  work: Work,
): Promise<StrengthReading> {
  if (edit === undefined || own === undefined) throw new InputError('The edit is not computed yet.');
  const others = on.filter(({ path }) => path !== own);
  // in its place, since patches are added up in their order
  const patches = on.some(({ path }) => path === own)
    ? on.map((patch) => (patch.path === own ? { ...patch, strength } : patch))
    : [...on, { path: own, strength }];
  const asked = fewOf(promptsOf(edit));
  const rows: StrengthRow[] = [];
  for (const [index, { kind, prompt }] of asked.entries()) {
    const part = parted(work, index, asked.length, kind);
    const { before, after, kl } = await engine.quietly((client) =>
      client.probe({ model, prompt: promptShownAs(edit, prompt), patches, top: 1 }, part),
    );
    rows.push({ kind, prompt, before: before[0] ?? null, after: after[0] ?? null, kl });
  }
  return { strength, others: others.length, rows };
}

/** The first of each kind, in their order. */
function fewOf(prompts: ReturnType<typeof promptsOf>): ReturnType<typeof promptsOf> {
  const seen = new Map<string, number>();
  return prompts.filter(({ kind }) => {
    const count = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, count);
    return count <= maxOfKind;
  });
}
