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
  readonly more: Pick<
    Edit,
    'occurrence' | 'space' | 'layer' | 'method' | 'hyperparameters' | 'donor' | 'safety' | 'probes'
  >;
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
  return promptIn(prompt, chat);
}

/** A text as it is asked: the model continues it, or it is the user's turn. */
export function promptIn(text: string, chat: boolean): Prompt {
  return chat ? [{ role: 'user', content: text }] : text;
}

/** The edit that a draft describes. */
export function editOf(draft: Draft, id: string): Edit {
  const { subject, truth, target, more } = draft;
  const answers = { new: target, ...(truth !== undefined && { true: truth }) };
  return { id, prompt: promptOf(draft), subject, target: answers, ...more };
}

/** What is asked for on its own; of the last five, what is wrong may lie deeper. */
type Questioned =
  | 'subject'
  | 'target.new'
  | 'target.true'
  | 'layer'
  | 'prompt'
  | 'hyperparameters'
  | 'donor'
  | 'safety'
  | 'probes';

const deep: readonly string[] = ['prompt', 'hyperparameters', 'donor', 'safety', 'probes'];

/**
 * What is wrong with one value of a draft, in a sentence; undefined where nothing is. What has not been asked yet does
 * not count against it.
 */
export function complaintAbout(draft: Draft, field: Questioned): string | undefined {
  // a turn of a conversation lies deeper than the prompt that it is
  const found = complaintsAbout(Edit, editOf(draft, 'unnamed')).find(({ path }) =>
    deep.includes(field) ? path[0] === field : pathName(path) === field,
  );
  return found === undefined ? undefined : found.message.charAt(0).toUpperCase() + found.message.slice(1);
}
