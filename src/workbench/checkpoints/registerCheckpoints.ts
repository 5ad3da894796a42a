import { commands, Disposable, l10n } from 'vscode';
import { InputError } from '../../engine/errors.ts';
import type { Edits } from '../edits/edits.ts';
import type { EngineService } from '../engine/engineService.ts';
import { attempt } from '../engine/messages.ts';
import type { CheckpointFolders } from '../models/checkpointFolders.ts';
import type { Models } from '../models/models.ts';
import { pathOf, pickModel } from '../models/pickModel.ts';
import { askCheckpoint } from '../review/askCheckpoint.ts';
import { fileSide } from '../review/side.ts';
import type { Tasks } from '../tasks/tasks.ts';
import { bake } from './bake.ts';

interface Parts {
  readonly engine: EngineService;
  readonly models: Models;
  readonly folders: CheckpointFolders;
  readonly edits: Edits;
  readonly tasks: Tasks;
}

/** The commands that write, sign and verify checkpoints. Each takes a model or a file, or asks. */
export function registerCheckpoints({ engine, models, folders, edits, tasks }: Parts): Disposable {
  const command = (name: string, action: (given: unknown) => Promise<unknown>) =>
    commands.registerCommand(`palimpsest.checkpoints.${name}`, (given: unknown) =>
      attempt(() => action(given)),
    );
  /** Any file, also one that is no model of this window. */
  const file = async (given: unknown) => {
    const named = pathOf(given);
    const side = named === undefined ? await askCheckpoint({ models, folders }) : fileSide(named);
    if (side === undefined || side.kind === 'file') return side?.path;
    throw new InputError(l10n.t('Only what lies on this machine is signed or verified.'));
  };
  return Disposable.from(
    command('bake', async (given) => {
      const model = await modelToBake(models, given);
      if (model !== undefined) await bake(tasks, edits, model);
    }),
    command('sign', async (given) => {
      const signed = await file(given);
      if (signed !== undefined) await (await import('./sign.ts')).sign(engine, models, signed);
    }),
    command('verify', async (given) => {
      const verified = await file(given);
      if (verified !== undefined) await (await import('./verify.ts')).verify(tasks, models, verified);
    }),
  );
}

/** A model of its own, or that which a patch of the list is on, or the base. */
async function modelToBake(models: Models, given: unknown) {
  const on = typeof given === 'object' && given !== null && 'model' in given ? given.model : undefined;
  if (typeof on === 'string') return models.get(on);
  if (pathOf(given) !== undefined) return await pickModel(models, given);
  return (
    models.base ??
    (await pickModel(models, undefined, {
      fits: ({ applied }) => applied.length > 0,
      none: l10n.t('No patch is on.'),
    }))
  );
}
