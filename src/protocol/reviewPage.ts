import type { Inspected } from './inspection.ts';
import type { TokenProbability } from './probe.ts';
import type { Reviewed, Violation } from './review.ts';

/** What the page of a review and its host in the extension say to each other. */

/** A checkpoint as people call it: a file, or a revision of one. */
export interface ReviewedSide {
  readonly name: string;
  /** Its path, or the commit that it is of. */
  readonly detail: string;
}

export type ReviewProgress =
  /** `fraction` is in 0..1. */
  | {
      readonly name: 'running';
      readonly stage: string;
      readonly fraction: number;
      /** The stages before this one, in their order. */
      readonly passed: readonly string[];
    }
  | { readonly name: 'stopped' }
  | { readonly name: 'failed'; readonly message: string }
  | { readonly name: 'done' };

/** What the review is judged by. */
export interface PolicyState {
  readonly name: string;
  /** Where it comes from: a path, or a revision; null for one that the tool brings. */
  readonly from: string | null;
  /** Whether it is a file, which can be opened. */
  readonly file: boolean;
  /** null where it cannot be read, or asks for what was not measured. */
  readonly violations: readonly Violation[] | null;
  /** Why there is no outcome, in a sentence. */
  readonly problem: string | null;
}

export interface UndoPatchState {
  /** Where the patch was written; null before. It can be tried without. */
  readonly patch: string | null;
  /** False where the candidate is no file on this machine, so that a patch cannot be switched on. */
  readonly applicable: boolean;
  /** Whether the patch is on. */
  readonly on: boolean;
  /** While it is on: the candidate's likeliest token at each probe, in their order; null until they are read. */
  readonly now: readonly TokenProbability[] | null;
}

export interface ReviewState {
  /** By which the panel is brought back after a reload. */
  readonly id: string;
  /** null for an inspection without the base. */
  readonly base: ReviewedSide | null;
  readonly candidate: ReviewedSide;
  readonly progress: ReviewProgress;
  /** While it runs: the verdict ahead of what the models say, once the tensors are compared. */
  readonly reviewed: Reviewed | null;
  readonly inspected: Inspected | null;
  /** The names of all tensors of the candidate, those that are equal included. */
  readonly tensors: readonly string[];
  /** null where none was chosen. */
  readonly policy: PolicyState | null;
  readonly reversal: UndoPatchState;
}

/** What the page's buttons do. */
export type ReviewAction =
  | 'again'
  | 'stop'
  | 'against'
  | 'choosePolicy'
  | 'openPolicy'
  | 'report'
  | 'showReport'
  | 'copyMarkdown'
  | 'writeReversal'
  | 'applyReversal'
  | 'revertReversal';

export interface ReviewContract {
  readonly methods: {
    readonly state: { readonly result: ReviewState };
    readonly act: { readonly params: { readonly action: ReviewAction } };
  };
  readonly pushes: { readonly state: ReviewState };
}
