import { l10n, window } from 'vscode';
import { label } from '../../text/labels.ts';
import type { ModelEntry } from './modelEntry.ts';

/** A file that disappears is told of: what was loaded of it stays in memory until it is unloaded. */
export function tellGone({ name, state }: ModelEntry): Thenable<unknown> {
  const text =
    state === 'header' || state === 'failed'
      ? l10n.t('{0} is no longer on disk and was removed from the list of models.', label(name))
      : l10n.t('{0} is no longer on disk. It stays loaded until it is unloaded.', label(name));
  return window.showWarningMessage(text);
}
