import type { Uri } from 'vscode';
import type { EditTarget } from '../../protocol/editableLayers.ts';
import type { AppliedPatch, Info, Loaded } from '../../protocol/model.ts';

/** The layer that an edit acts on when the edit itself names none, and why this one. */
export interface ChosenLayer {
  readonly layer: number;
  readonly reason: string;
  /** A person chose it; else the engine proposes it. */
  readonly chosen: boolean;
}

/** A model of the window, as its views show it. */
export interface ModelEntry {
  /** The file (of a split model the first); the model's name everywhere else. */
  readonly path: string;
  readonly uri: Uri;
  /** What the file is called. */
  readonly name: string;
  /** `header`: only the header has been read. */
  readonly state: 'header' | 'loading' | 'ready' | 'failed';
  /** While it is loading: what is done, and how far it is, 0..1. */
  readonly stage?: string | undefined;
  readonly fraction?: number | undefined;
  /** What is wrong, where the header cannot be read or loading failed. */
  readonly error?: string | undefined;
  readonly info?: Info | undefined;
  /** Where the model can be edited, layer by layer, and why not elsewhere. */
  readonly targets?: readonly EditTarget[] | undefined;
  readonly loaded?: Loaded | undefined;
  /** Of the file; known once the model has been loaded. */
  readonly digest?: string | undefined;
  /** The patches that are on, in order. */
  readonly applied: readonly AppliedPatch[];
  /** What the engine proposes; undefined where nothing of this model can be edited. */
  readonly proposed?: ChosenLayer | undefined;
  /** What a person chose, else what is proposed. */
  readonly target?: ChosenLayer | undefined;
}
