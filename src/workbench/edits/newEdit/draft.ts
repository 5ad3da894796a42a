import type { Uri } from 'vscode';
import { complaintsAbout } from '../../../engine/json/complaints.ts';
import { pathName } from '../../../engine/json/json.ts';
import { Edit } from '../../../protocol/edits.ts';

/** An edit as far as it has been asked for. */
export interface Draft {
  readonly prompt: string;
  readonly subject: string;
  /** What the model answers without the edit; undefined where nobody knows. */
  readonly truth: string | undefined;
  readonly target: string;
  /** Where it is to stand: a file that is there, or one to be made. */
  readonly file: { readonly uri: Uri; readonly isNew: boolean } | undefined;
}

export const emptyDraft: Draft = { prompt: '', subject: '', truth: undefined, target: '', file: undefined };

/** The edit that a draft describes. */
export function editOf({ prompt, subject, truth, target }: Draft, id: string): Edit {
  return { id, prompt, subject, target: { new: target, ...(truth !== undefined && { true: truth }) } };
}

/**
 * What is wrong with one value of a draft, in a sentence; undefined where nothing is. What has not been asked yet does
 * not count against it.
 */
export function complaintAbout(
  draft: Draft,
  field: 'prompt' | 'subject' | 'target.new' | 'target.true',
): string | undefined {
  const found = complaintsAbout(Edit, editOf(draft, 'unnamed')).find(({ path }) => pathName(path) === field);
  return found === undefined ? undefined : found.message.charAt(0).toUpperCase() + found.message.slice(1);
}
