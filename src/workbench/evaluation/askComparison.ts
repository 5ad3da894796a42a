import { l10n, window } from 'vscode';
import { InputError } from '../../engine/errors.ts';
import type { ComparedSide } from '../../protocol/comparison.ts';
import { METHODS } from '../../protocol/edits.ts';
import { defaultMethod, methodEntry } from '../../protocol/methods.ts';
import type { RequestOf } from '../../protocol/tasks.ts';
import { label } from '../../text/labels.ts';
import { strength as written } from '../../text/numbers.ts';
import { type EditEntry, factOf } from '../edits/editEntry.ts';
import { madeBy } from '../edits/editItems.ts';
import type { Edits } from '../edits/edits.ts';
import { editMethod } from '../engine/settings.ts';
import type { ModelEntry } from '../models/modelEntry.ts';
import type { Models } from '../models/models.ts';
import { askStrength } from '../patches/askStrength.ts';

type Sides = RequestOf<'compare'>['sides'];

interface Compared {
  readonly edits: Edits;
  readonly models: Models;
  readonly entry: EditEntry;
  readonly base: ModelEntry;
}

/**
 * Asks what an edit is compared with: the same edit by another method, in another layer, at another strength or on
 * another model, or another edit of its file.
 *
 * @returns undefined where a person gives up
 */
export async function askComparison(compared: Compared): Promise<Sides | undefined> {
  const own = ownSide(compared);
  const kinds = [
    { label: l10n.t('Another Method...'), ask: withMethod },
    { label: l10n.t('Another Layer...'), ask: withLayer },
    { label: l10n.t('Another Strength...'), ask: withStrength },
    { label: l10n.t('Another Edit...'), ask: withEdit },
    { label: l10n.t('Another Model...'), ask: withModel },
  ];
  const picked = await window.showQuickPick(kinds, {
    title: l10n.t('Compare {0}', factOf(compared.entry.edit)),
    placeHolder: l10n.t('Choose what to compare the edit with'),
  });
  return await picked?.ask(compared, own);
}

/** The edit as it is: its patch, if there is one, at the strength that it is on at. */
function ownSide({ entry, base }: Compared): ComparedSide {
  const { id, made, patch, strength, state } = entry;
  const usable = made !== undefined && state !== 'stale';
  return {
    label: id,
    model: base.path,
    edit: id,
    ...(usable && { patch }),
    strength: strength ?? 1,
  };
}

type Ask = (compared: Compared, own: ComparedSide) => Promise<Sides | undefined>;

const withMethod: Ask = async ({ edits, entry, base }, own) => {
  const content = edits.files.get(entry.file)?.content;
  const method = madeBy(entry, content, base.target).method ?? editMethod() ?? defaultMethod;
  const items = METHODS.filter((name) => name !== method).map((name) => {
    const { title, summary } = methodEntry(name);
    return { label: name, description: title, detail: summary, name };
  });
  const picked = await window.showQuickPick(items, {
    placeHolder: l10n.t('Choose the method to compare with {0}', method),
    matchOnDetail: true,
  });
  if (picked === undefined) return undefined;
  const { patch: _, ...uncomputed } = own;
  return [
    { ...own, label: method },
    { ...uncomputed, label: picked.name, method: picked.name },
  ];
};

const withLayer: Ask = async ({ edits, entry, base }, own) => {
  const content = edits.files.get(entry.file)?.content;
  const { layer } = madeBy(entry, content, base.target);
  const editable = base.targets?.filter((target) => target.editable).map((target) => target.layer) ?? [];
  const items = editable
    .filter((other) => other !== layer)
    .map((other) => ({ label: l10n.t('Layer {0}', other), layer: other }));
  if (items.length === 0)
    throw new InputError(l10n.t('{0} has no other layer that can be edited.', base.name));
  const picked = await window.showQuickPick(items, {
    placeHolder: l10n.t('Choose the layer to compare with'),
  });
  if (picked === undefined) return undefined;
  const { patch: _, ...uncomputed } = own;
  return [
    { ...own, label: layer === undefined ? own.label : l10n.t('layer {0}', layer) },
    { ...uncomputed, label: l10n.t('layer {0}', picked.layer), layer: picked.layer },
  ];
};

const withStrength: Ask = async (_, own) => {
  const other = await askStrength(own.strength === 1 ? 0.5 : 1);
  if (other === undefined) return undefined;
  const named = (strength: number) => ({
    ...own,
    label: l10n.t('strength {0}', written(strength)),
    strength,
  });
  return [named(own.strength), named(other)];
};

const withEdit: Ask = async (compared, own) => {
  const { edits, entry } = compared;
  const items = edits
    .of(entry.file)
    .filter(({ key }) => key !== entry.key)
    .map((other) => ({ label: label(factOf(other.edit)), description: other.id, other }));
  if (items.length === 0) throw new InputError(l10n.t('The file has no other edit.'));
  const picked = await window.showQuickPick(items, {
    placeHolder: l10n.t('Choose the edit to compare with'),
  });
  return picked && [own, ownSide({ ...compared, entry: picked.other })];
};

const withModel: Ask = async ({ models, base }, own) => {
  const items = models
    .known()
    .filter(({ path, info }) => path !== base.path && info !== undefined)
    .map(({ name, path }) => ({ label: label(name), description: path, name, path }));
  if (items.length === 0) throw new InputError(l10n.t('There is no other model; open one first.'));
  const picked = await window.showQuickPick(items, {
    placeHolder: l10n.t('Choose the model to compare with'),
  });
  if (picked === undefined) return undefined;
  const { patch: _, ...uncomputed } = own;
  return [
    { ...own, label: base.name },
    { ...uncomputed, label: picked.name, model: picked.path },
  ];
};
