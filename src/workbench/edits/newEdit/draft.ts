import type { Uri } from 'vscode';
import { complaintsAbout } from '../../../engine/json/complaints.ts';
import { pathName } from '../../../engine/json/json.ts';
import type { Prompt } from '../../../protocol/chat.ts';
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
  /** Whether the sentence is the user's turn of the model's chat template. */
  readonly chat: boolean;
  /** What only few edits say. */
  readonly more: Pick<Edit, 'occurrence' | 'space' | 'layer' | 'method' | 'hyperparameters'>;
}

export const emptyDraft: Draft = {
  prompt: '',
  subject: '',
  truth: undefined,
  target: '',
  file: undefined,
  chat: false,
  more: {},
};

/** What the model is asked. */
export function promptOf({ prompt, chat }: Draft): Prompt {
  return chat ? [{ role: 'user', content: prompt }] : prompt;
}

/** The edit that a draft describes. */
export function editOf(draft: Draft, id: string): Edit {
  const { subject, truth, target, more } = draft;
  const answers = { new: target, ...(truth !== undefined && { true: truth }) };
  return { id, prompt: promptOf(draft), subject, target: answers, ...more };
}

/**
 * What is wrong with one value of a draft, in a sentence; undefined where nothing is. What has not been asked yet does
 * not count against it.
 */
export function complaintAbout(
  draft: Draft,
  field: 'prompt' | 'subject' | 'target.new' | 'target.true' | 'layer' | 'hyperparameters',
): string | undefined {
  // a turn of a conversation lies deeper than the prompt that it is
  const found = complaintsAbout(Edit, editOf(draft, 'unnamed')).find(({ path }) =>
    field === 'prompt' || field === 'hyperparameters' ? path[0] === field : pathName(path) === field,
  );
  return found === undefined ? undefined : found.message.charAt(0).toUpperCase() + found.message.slice(1);
}
