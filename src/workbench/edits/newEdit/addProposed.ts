import { l10n, type Uri } from 'vscode';
import { InputError } from '../../../engine/errors.ts';
import type { Edit } from '../../../protocol/edits.ts';
import { revealEdit } from '../revealEdit.ts';
import { replacement } from './editText.ts';
import type { Parts } from './parts.ts';
import { proposeProbes } from './proposeProbes.ts';
import { withProbes } from './withProbes.ts';
import { changeFile } from './writeEdit.ts';

/**
 * Adds probes that the base proposes to those of an edit, in its file.
 *
 * @returns a sentence for people: what was found, or why nothing was
 */
export async function addProposed(parts: Parts, file: Uri, edit: Edit): Promise<string> {
  const { id } = edit;
  const { probes, said } = await proposeProbes(parts, edit);
  if (probes.paraphrase.length + probes.neighbourhood.length > 0) {
    await changeFile(file, (content, text) => {
      const now = content.edits.find((other) => other.id === id);
      if (now === undefined) throw new InputError(l10n.t('The file no longer has an edit "{0}".', id));
      return replacement(text, withProbes(now, probes));
    });
    await revealEdit({ file, id }, ['probes']);
  }
  return said;
}
