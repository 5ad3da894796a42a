import { l10n, window } from 'vscode';
import { InputError } from '../../engine/errors.ts';
import { shownPrompt } from '../../protocol/promptWords.ts';
import { label } from '../../text/labels.ts';
import { type EditEntry, factOf } from './editEntry.ts';
import type { Edits } from './edits.ts';
import { saysState } from './editWords.ts';

/**
 * The edit that a command is about: the node or the key that it was given, else the one that a person picks among
 * those that fit.
 *
 * @returns undefined when the person picks none
 */
export async function pickEdit(
  edits: Edits,
  given: unknown,
  fits: (entry: EditEntry) => boolean = () => true,
): Promise<EditEntry | undefined> {
  const all = await edits.list();
  const key = keyOf(given);
  if (key !== undefined) return all.find((entry) => entry.key === key);
  const fitting = all.filter(fits);
  if (fitting.length === 0) throw new InputError(l10n.t('No edit is available for this command.'));
  const items = fitting.map((entry) => ({
    label: label(factOf(entry.edit)),
    description: saysState(entry),
    detail: shownPrompt(entry.edit.prompt),
    entry,
  }));
  const picked = await window.showQuickPick(items, {
    placeHolder: l10n.t('Choose an edit'),
    matchOnDetail: true,
  });
  return picked?.entry;
}

function keyOf(given: unknown): string | undefined {
  if (typeof given === 'string') return given;
  if (typeof given === 'object' && given !== null && 'key' in given && typeof given.key === 'string') {
    return given.key;
  }
  return undefined;
}
