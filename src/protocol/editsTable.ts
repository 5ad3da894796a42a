import type { InspectedEditState } from './inspector.ts';
import type { Outcome } from './outcome.ts';

/** What the page that compares the edits of a file and its host in the extension say to each other. */

/** The measures that are compared, as `--require` spells them. */
export const COMPARED = ['es', 'ps', 'ns', 'score', 'esStrict', 'psStrict', 'nsStrict', 'driftKl'] as const;
export type Compared = (typeof COMPARED)[number];

export interface ComparedEdit {
  readonly key: string;
  readonly id: string;
  /** "Eiffel Tower: Paris → Rome" */
  readonly fact: string;
  readonly state: InspectedEditState;
  /** In words: "on at .5". */
  readonly stateName: string;
  /** Whether it is on or is to be. */
  readonly wished: boolean;
  readonly method: string | null;
  readonly layer: number | null;
  /** ‖ΔW‖ / ‖W‖ of its patch; null before there is one. */
  readonly relativeNorm: number | null;
  /** null before it was measured. */
  readonly measured: {
    readonly values: Readonly<Record<Compared, number | null>>;
    readonly outcome: Outcome;
    /** "alone at 1" */
    readonly measuredWith: string;
    /** In words, how another state was measured than the one it is in; null where it is the same. */
    readonly otherState: string | null;
  } | null;
}

export interface EditsTableState {
  /** The name of the edits file. */
  readonly file: string;
  readonly edits: readonly ComparedEdit[];
}

export type EditAction = 'apply' | 'revert' | 'measure' | 'inspect' | 'reveal';

export interface EditsTableContract {
  readonly methods: {
    readonly state: { readonly result: EditsTableState };
    readonly act: { readonly params: { readonly key: string; readonly action: EditAction } };
    /** Measures, one after the other, what is computed and not measured as it is. */
    readonly measureAll: Record<never, never>;
    readonly save: { readonly params: { readonly csv: string } };
  };
  readonly pushes: { readonly state: EditsTableState };
}
