import type { ActivationComparison, KeyValues } from './activations.ts';
import type { AttentionComparison } from './attention.ts';
import type { CausalTrace } from './causalTrace.ts';
import type { EditReport, Measured, MeasuredEdit, ValueStep } from './editing.ts';
import type { EngineParams, EngineResults, LensComparison } from './engine.ts';
import type { GradientAttribution } from './gradientAttribution.ts';
import type { PatchedEdit } from './patches.ts';
import type { ReadingKind, TokenProbability } from './probe.ts';

/** What the inspector's page and its host in the extension say to each other. */

/** The tabs, in their order. */
export const TABS = [
  'locality',
  'activations',
  'lens',
  'attention',
  'neurons',
  'trace',
  'attribution',
  'edit',
  'try',
] as const;
export type Tab = (typeof TABS)[number];

/** What the view can be saved as; `html` holds all tabs, the others the one that is shown. */
export type ExportFormat = 'markdown' | 'csv' | 'png' | 'html';

type ModelState = 'header' | 'loading' | 'ready' | 'failed';

export interface InspectedModel {
  readonly path: string;
  readonly name: string;
  /** null before it is loaded. */
  readonly layers: number | null;
  /** Whether edits act on it: they act on one model of the window. */
  readonly base: boolean;
  readonly state: ModelState;
  /** While it loads: what is being done, and how much of it, in 0..1. */
  readonly stage: string | null;
  readonly fraction: number | null;
  /** Why it could not be loaded. */
  readonly error: string | null;
}

export type InspectedEditState = 'not-computed' | 'computing' | 'computed' | 'applied' | 'stale' | 'failed';

/** An edit that the panel can be turned to. */
export interface EditChoice {
  readonly key: string;
  readonly subject: string;
  readonly targetNew: string;
  readonly targetTrue: string | null;
  readonly state: InspectedEditState;
}

/** Logits of the edit's prompt after its revert, held against those of the base read while it was on. */
export interface RevertProof {
  /** Of the vocabulary: how many logits were compared. */
  readonly logits: number;
  /** How many differ in any bit; 0 proves that the revert left nothing behind. */
  readonly different: number;
}

export interface InspectedEdit extends EditChoice {
  readonly id: string;
  /** The name of the edits file. */
  readonly file: string;
  readonly prompt: string;
  /** Why it is stale, or could not be computed. */
  readonly detail: string | null;
  /** How it was computed in this window; null before, and where it was computed earlier. */
  readonly report: EditReport | null;
  /** What the patch remembers of that; null before there is one. */
  readonly made: PatchedEdit | null;
  /** Of the report, else of the patch, by their names in the protocol; null before there is either. */
  readonly hyperparameters: Readonly<Record<string, unknown>> | null;
  /** The value's optimisation, growing while it runs. */
  readonly steps: readonly ValueStep[];
  /** Another number whenever there is another measurement to be asked for; null before the first. */
  readonly measurement: number | null;
  /** What it is multiplied with; null while it is off. */
  readonly strength: number | null;
  /** What it was measured with: "alone at 1"; null before it was. */
  readonly measuredWith: string | null;
  /** In words, how another state was measured than the one it is in; null where it is the same. */
  readonly otherState: string | null;
  readonly proof: RevertProof | null;
}

/** What "after" means: the patches that are read with, and how to call them; null where only the base can be read. */
export interface InspectedChange {
  readonly label: string;
  /** Another string whenever other patches, or others' contents, are meant. */
  readonly stamp: string;
}

export interface InspectorState {
  readonly model: InspectedModel;
  /** Why the engine has stopped; null while it can be asked. */
  readonly crash: string | null;
  readonly edits: readonly EditChoice[];
  readonly edit: InspectedEdit | null;
  readonly change: InspectedChange | null;
  /** A prompt that was chosen elsewhere, to be shown once. */
  readonly asked: { readonly id: string; readonly prompt: string } | null;
}

/** A prompt of the edit's own, to be chosen from. */
export interface KnownPrompt {
  readonly kind: ReadingKind;
  readonly prompt: string;
}

export interface Measurement {
  readonly edit: MeasuredEdit;
  readonly summary: Measured['summary'];
}

/** What the model says to a prompt of the edit, without it and with it at a strength; null where it says nothing. */
export interface StrengthRow extends KnownPrompt {
  readonly before: TokenProbability | null;
  readonly after: TokenProbability | null;
  /** KL(before ‖ after) of the next token, in nats. */
  readonly kl: number;
}

/** The selected edit at a strength, which is read and not switched. */
export interface StrengthReading {
  readonly strength: number;
  /** How many other patches are on beside it. */
  readonly others: number;
  readonly rows: readonly StrengthRow[];
}

/** What a pinned cell shows. */
export interface CellReading {
  /** The most active neurons of the layer's MLP at the token; null in a mixture of experts. */
  readonly neurons: KeyValues['pairs'] | null;
  readonly lens: LensComparison;
}

/** Where an answer is read, without and with the change; `after` is null where there is none. */
export interface TraceComparison {
  readonly before: CausalTrace;
  readonly after: CausalTrace | null;
}

/** What gives an answer by its gradient, without and with the change; `after` is null where there is none. */
export interface AttributionComparison {
  readonly before: GradientAttribution;
  readonly after: GradientAttribution | null;
}

type Sampling = EngineParams['generate']['sampling'];
type Generated = EngineResults['generate'];

/** Of what an answer is: the base, the change, or the base that has the edit in context. */
export type AnswerSide = 'before' | 'after' | 'inContext';

/** What the page lets be done to the model or the selected edit. */
export type InspectorAction =
  | 'load'
  | 'setBase'
  | 'apply'
  | 'revert'
  | 'measure'
  | 'restart'
  | 'showLog'
  | 'export';

/** What can be saved: text, or the bytes of a picture. */
export interface SavedFile {
  readonly format: ExportFormat;
  /** A name to propose, without its ending. */
  readonly name: string;
  readonly content: string | Uint8Array;
}

export interface InspectorContract {
  readonly methods: {
    readonly state: { readonly result: InspectorState };
    readonly select: { readonly params: { readonly key: string } };
    readonly act: { readonly params: { readonly action: InspectorAction } };
    readonly prompts: { readonly result: readonly KnownPrompt[] };
    readonly measurement: { readonly result: Measurement | null };
    readonly activations: {
      readonly params: { readonly prompt: string };
      readonly result: ActivationComparison;
    };
    readonly cell: {
      readonly params: { readonly prompt: string; readonly layer: number; readonly position: number };
      readonly result: CellReading;
    };
    /** Targets followed through the layers are the edit's new answer and its true one, in this order. */
    readonly lens: {
      readonly params: { readonly prompt: string; readonly position: number };
      readonly result: LensComparison;
    };
    /** All heads of a layer, reduced to `side` tiles a side where the prompt has more tokens. */
    readonly heads: {
      readonly params: { readonly prompt: string; readonly layer: number; readonly side: number };
      readonly result: AttentionComparison;
    };
    /** One head in full. */
    readonly head: {
      readonly params: { readonly prompt: string; readonly layer: number; readonly head: number };
      readonly result: AttentionComparison;
    };
    /** Without a position at the last token of the edit's subject, else at the last of the prompt. */
    readonly neurons: {
      readonly params: { readonly prompt: string; readonly layer: number; readonly position: number | null };
      readonly result: KeyValues;
    };
    readonly trace: {
      readonly params: { readonly prompt: string; readonly subject: string; readonly samples: number };
      readonly result: TraceComparison;
    };
    /** Without a subject states are held against zero. The lens follows the edit's targets besides the answer. */
    readonly attribute: {
      readonly params: {
        readonly prompt: string;
        readonly subject: string | null;
        readonly samples: number;
        readonly lens: boolean;
      };
      readonly result: AttributionComparison;
    };
    /** The base first, then the change, then the edit in context; the text comes piece by piece. */
    readonly generate: {
      readonly params: {
        readonly prompt: string;
        readonly chat: boolean;
        /** The base as well with the selected edit before the prompt, as IKE does, without a change of weights. */
        readonly inContext: boolean;
        readonly maxTokens: number;
        /** Greedy without it. */
        readonly sampling?: Sampling;
      };
      readonly event: { readonly side: AnswerSide; readonly text: string };
      readonly result: {
        readonly before: Generated;
        readonly after: Generated | null;
        readonly inContext: Generated | null;
      };
    };
    /** Reads the edit's prompts with its patch at a strength, beside what else is on; nothing is switched. */
    readonly strength: {
      readonly params: { readonly strength: number };
      readonly result: StrengthReading;
    };
    /** Switches the edit on at a strength. */
    readonly applyAt: { readonly params: { readonly strength: number } };
    /** Opens the edits file where the probe stands. */
    readonly reveal: { readonly params: KnownPrompt };
    readonly save: { readonly params: SavedFile };
  };
  readonly pushes: {
    readonly state: InspectorState;
    readonly export: ExportFormat;
  };
}
