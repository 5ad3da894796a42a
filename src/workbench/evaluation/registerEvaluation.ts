import { commands, Disposable, l10n } from 'vscode';
import { InputError } from '../../engine/errors.ts';
import type { Edits } from '../edits/edits.ts';
import { pickEdit } from '../edits/pickEdit.ts';
import { pickEditsFile } from '../edits/pickEditsFile.ts';
import { attempt } from '../engine/messages.ts';
import type { Models } from '../models/models.ts';
import { pickModel } from '../models/pickModel.ts';
import type { Tasks } from '../tasks/tasks.ts';

interface Parts {
  readonly models: Models;
  readonly edits: Edits;
  readonly tasks: Tasks;
}

/** The fewest edits that a detector can be fitted to and measured on. */
const minToLearn = 4;

/** The commands that compare methods, and learn how facts in context are undone. Each takes an edits file, or asks. */
export function registerEvaluation({ models, edits, tasks }: Parts): Disposable {
  const base = async () => models.base ?? (await pickModel(models, undefined));
  const command = (name: string, action: (given: unknown) => Promise<unknown>) =>
    commands.registerCommand(`palimpsest.evaluation.${name}`, (given: unknown) =>
      attempt(() => action(given)),
    );
  return Disposable.from(
    command('run', async (given) => {
      const file = await pickEditsFile(edits, given, l10n.t('Choose the edits to compare the methods on'));
      const model = file && (await base());
      if (file?.content === undefined || model === undefined) return;
      const { askEvaluation } = await import('./askEvaluation.ts');
      const asked = await askEvaluation({ model: model.path, dataset: file.uri, content: file.content });
      if (asked !== undefined) await tasks.start({ kind: 'evaluate', ...asked });
    }),
    command('compare', async (given) => {
      const entry = await pickEdit(edits, given);
      const model = entry && (await base());
      if (entry === undefined || model === undefined) return;
      const { askComparison } = await import('./askComparison.ts');
      const sides = await askComparison({ edits, models, entry, base: model });
      if (sides !== undefined) await tasks.start({ kind: 'compare', dataset: entry.file.fsPath, sides });
    }),
    command('safety', async (given) => {
      const edit = await pickEdit(
        edits,
        given,
        ({ edit: { safety }, made }) => safety !== undefined && made !== undefined,
      );
      const model = edit && (await base());
      if (edit === undefined || model === undefined) return;
      if (edit.edit.safety === undefined) {
        throw new InputError(
          l10n.t('{0} is no safety edit: its file has no "safety" prompts for it.', edit.id),
        );
      }
      if (edit.made === undefined)
        throw new InputError(l10n.t('{0} is not computed; apply it first.', edit.id));
      const { askJudge } = await import('./askJudge.ts');
      const judge = await askJudge();
      if (judge === undefined) return;
      const patches = edit.state === 'applied' ? [...model.applied] : [{ path: edit.patch, strength: 1 }];
      const asked = { model: model.path, dataset: edit.file.fsPath, edit: edit.id, patches };
      await tasks.start({ kind: 'safety', ...asked, ...judge });
    }),
    command('learnReversal', async (given) => {
      const file = await pickEditsFile(edits, given, l10n.t('Choose the edits to put into the context'));
      const model = file && (await base());
      if (file === undefined || model === undefined) return;
      if ((file.content?.edits.length ?? 0) < minToLearn) {
        throw new InputError(
          l10n.t('Learning to undo facts in context needs at least {0} edits.', minToLearn),
        );
      }
      await tasks.start({ kind: 'learnReversal', model: model.path, dataset: file.uri.fsPath });
    }),
  );
}
