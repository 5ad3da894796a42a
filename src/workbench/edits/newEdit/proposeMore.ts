import { window } from 'vscode';
import { message } from '../../../text/labels.ts';
import type { EditEntry } from '../editEntry.ts';
import { addProposed } from './addProposed.ts';
import type { Parts } from './parts.ts';

/** Adds probes that the base proposes to those of an edit, and says which. */
export async function proposeMore(parts: Parts, { file, edit }: EditEntry): Promise<void> {
  window.showInformationMessage(message(await addProposed(parts, file, edit)));
}
