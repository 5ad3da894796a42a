import { Uri } from 'vscode';
import type { EditReport, Measured, MeasuredEdit, ValueStep } from '../../protocol/editing.ts';
import type { Edit } from '../../protocol/edits.ts';
import type { PatchedEdit } from '../../protocol/patches.ts';
import { visible } from '../../text/visible.ts';

/**
 * `computed`: its patch file is there and off. `stale`: its patch was made for another model, or for an earlier form
 * of the edit; or the file is meant for another model than the base.
 */
export type EditState = 'not-computed' | 'computing' | 'computed' | 'applied' | 'stale' | 'failed';

/** What an edit changed, as it was measured last. */
export interface Measurement {
  readonly edit: MeasuredEdit;
  readonly summary: Measured['summary'];
}

/** One edit of an edits file, as its views show it. */
export interface EditEntry {
  /** Names the edit in this window: the file's URI and the edit's id. */
  readonly key: string;
  readonly file: Uri;
  readonly id: string;
  readonly edit: Edit;
  /** The patch file that is or will be the edit: `NAME.patches/ID.patch.gguf` beside `NAME.edits.json`. */
  readonly patch: string;
  readonly state: EditState;
  /** Why it is stale or failed. */
  readonly detail?: string | undefined;
  /** What its patch says of how it was made, once there is one. */
  readonly made?: PatchedEdit | undefined;
  /** The hyperparameters that its patch was made with. */
  readonly hyperparameters?: Readonly<Record<string, unknown>> | undefined;
  /** How it was computed, if that was in this window. */
  readonly report?: EditReport | undefined;
  /** The steps of the value optimisation, live while it runs. */
  readonly steps: readonly ValueStep[];
  /** Whether it is to be on: what was asked for last, which may be under way. */
  readonly wished: boolean;
  /** How many switches of other edits come before its own; undefined where none of its own is under way. */
  readonly place?: number | undefined;
  /** What its patch is multiplied with, while it is on. */
  readonly strength?: number | undefined;
  readonly measured?: Measurement | undefined;
  /** In words, how the state that was measured is another than the one it is in; undefined where it is the same. */
  readonly otherState?: string | undefined;
}

export function editKey(file: Uri, id: string): string {
  return `${file.toString()}#${id}`;
}

/** The file and the id that a key was made from; a URI writes "#" as "%23". */
export function ofKey(key: string): { readonly file: Uri; readonly id: string } {
  const at = key.lastIndexOf('#');
  return { file: Uri.parse(key.slice(0, at)), id: key.slice(at + 1) };
}

/** As much of the fact as a row has room for: "Eiffel Tower → Rome" */
export function shortFactOf({ subject, target }: Pick<Edit, 'subject' | 'target'>): string {
  return visible(`${subject.trim().replace(/^The /, '')} → ${target.new.trim()}`);
}

/** The fact in a line: "Eiffel Tower: Paris → Rome". */
export function factOf({ subject, target }: Pick<Edit, 'subject' | 'target'>): string {
  const before = target.true === undefined ? '' : `: ${target.true.trim()}`;
  return visible(`${subject.trim()}${before} → ${target.new.trim()}`);
}
