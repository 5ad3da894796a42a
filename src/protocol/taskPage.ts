import type { Defended } from './contextDefence.ts';
import type { TaskRequest, TaskResult } from './tasks.ts';

/** What the page of a task and its host in the extension say to each other. */

export type TaskProgress =
  /** `fraction` is in 0..1. */
  | { readonly name: 'running'; readonly stage: string; readonly fraction: number }
  | { readonly name: 'stopped' }
  | { readonly name: 'failed'; readonly message: string }
  | { readonly name: 'done' };

export interface TaskState {
  /** By which the panel is brought back after a reload. */
  readonly id: string;
  /** "Evaluate facts.edits.json" */
  readonly title: string;
  readonly request: TaskRequest;
  readonly progress: TaskProgress;
  /** Of this run, or while it runs again of the last one; null before the first has ended. */
  readonly result: TaskResult | null;
  /** The layer that edits of the model act on now; null where it is not known. */
  readonly target: number | null;
}

/** What the page's buttons do. */
export type TaskAction =
  | 'again'
  | 'stop'
  | 'save'
  | 'openFolder'
  | 'openModel'
  | 'review'
  | 'writeEdits'
  | 'writeReversal';

export interface TaskContract {
  readonly methods: {
    readonly state: { readonly result: TaskState };
    readonly act: { readonly params: { readonly action: TaskAction } };
    /** Makes a layer that was tried the edit target. */
    readonly chooseLayer: { readonly params: { readonly layer: number } };
    /** Judges a prompt by what was learned, and answers it with the text. */
    readonly reverse: { readonly params: { readonly prompt: string }; readonly result: Defended };
  };
  readonly pushes: { readonly state: TaskState };
}
