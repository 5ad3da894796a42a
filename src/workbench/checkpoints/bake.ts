import path from 'node:path';
import { l10n, Uri, window } from 'vscode';
import { InputError } from '../../engine/errors.ts';
import type { AppliedPatch } from '../../protocol/model.ts';
import { label } from '../../text/labels.ts';
import { strength as written } from '../../text/numbers.ts';
import { factOf } from '../edits/editEntry.ts';
import type { Edits } from '../edits/edits.ts';
import type { ModelEntry } from '../models/modelEntry.ts';
import type { Tasks } from '../tasks/tasks.ts';

/** Writes a checkpoint with patches in its weights: those that are on, or others that are computed, where a person says. */
export async function bake(tasks: Tasks, edits: Edits, model: ModelEntry): Promise<void> {
  const patches = await askPatches(edits, model);
  if (patches === undefined || patches.length === 0) return;
  const target = await window.showSaveDialog({
    title: l10n.t('Bake a Checkpoint'),
    defaultUri: Uri.file(model.path.replace(/\.gguf$/, '-edited.gguf')),
    filters: { [l10n.t('GGUF models')]: ['gguf'] },
    saveLabel: l10n.t('Bake'),
  });
  if (target === undefined) return;
  if (target.fsPath === model.path) {
    throw new InputError(
      l10n.t('{0} is the base, which is never overwritten; choose another name.', model.name),
    );
  }
  const files = new Set(
    patches.flatMap(({ path: file }) => edits.known().find(({ patch }) => patch === file)?.file.fsPath ?? []),
  );
  const [dataset] = files.size === 1 ? files : [];
  const request = { kind: 'bake', model: model.path, patches, out: target.fsPath } as const;
  await tasks.start(dataset === undefined ? request : { ...request, dataset });
}

/** Those that are on are picked, at their strengths. @returns undefined where one gives up */
async function askPatches(edits: Edits, { applied }: ModelEntry): Promise<AppliedPatch[] | undefined> {
  const computed = (await edits.list())
    .filter(({ state }) => state === 'computed')
    .map(({ patch }) => ({ path: patch, strength: 1 }));
  const all = [...applied, ...computed.filter(({ path: file }) => !applied.some((on) => on.path === file))];
  if (all.length === 0) {
    throw new InputError(l10n.t('There is no patch to bake: compute an edit, or apply an adapter, first.'));
  }
  const items = all.map((patch) => {
    const edit = edits.known().find((entry) => entry.patch === patch.path)?.edit;
    const isOn = applied.includes(patch);
    return {
      label: label(edit === undefined ? path.basename(patch.path) : factOf(edit)),
      description: isOn ? l10n.t('on at {0}', written(patch.strength)) : l10n.t('off; at 1'),
      picked: isOn || applied.length === 0,
      patch,
    };
  });
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Bake a Checkpoint'),
    placeHolder: l10n.t('Choose the patches to write into the weights'),
    canPickMany: true,
    ignoreFocusOut: true,
  });
  return picked?.map(({ patch }) => patch);
}
