import path from 'node:path';
import type {
  EditChoice,
  InspectedChange,
  InspectedEdit,
  InspectedModel,
  InspectorState,
  RevertProof,
} from '../../protocol/inspector.ts';
import type { AppliedPatch } from '../../protocol/model.ts';
import { measuredWith } from '../../protocol/otherState.ts';
import { shownPrompt } from '../../protocol/promptWords.ts';
import type { EditEntry } from '../edits/editEntry.ts';
import type { ModelEntry } from '../models/modelEntry.ts';
import type { Identities } from './identities.ts';

/** What the panel of one model knows, from which follows what its page shows. */
export interface Known {
  readonly path: string;
  /** Undefined where the model is not among those of the window any more. */
  readonly model: ModelEntry | undefined;
  readonly base: boolean;
  readonly crash: string | undefined;
  readonly edits: readonly EditEntry[];
  readonly selected: EditEntry | undefined;
  readonly proof: RevertProof | undefined;
  readonly asked: InspectorState['asked'];
  readonly identities: Identities;
}

export function inspectorState(known: Known): InspectorState {
  const { model, base, crash, edits, selected, proof, asked, identities } = known;
  const change = changeOf(model, selected);
  return {
    model: model === undefined ? goneModel(known.path) : inspectedModel(model, base),
    crash: crash ?? null,
    edits: edits.map(choiceOf),
    edit: selected === undefined ? null : inspectedEdit(selected, proof, identities),
    change:
      change === undefined ? null : { label: change.label, stamp: stampOf(change, selected, identities) },
    asked,
  };
}

/** What "after" means for a model and the selected edit. */
export interface Change {
  readonly label: InspectedChange['label'];
  readonly patches: readonly AppliedPatch[];
}

/**
 * With an edit that is on, all that is on; with one that is computed and off, its patch alone, as it is measured; else
 * what is on. Nothing where only the base can be read.
 */
export function changeOf(model: ModelEntry | undefined, selected: EditEntry | undefined): Change | undefined {
  if (model === undefined) return undefined;
  if (selected?.state === 'computed') {
    return { label: selected.id, patches: [{ path: selected.patch, strength: 1 }] };
  }
  const [first, ...others] = model.applied;
  if (first === undefined) return undefined;
  const name = path.basename(first.path).replace(/(\.patch)?\.gguf$/, '');
  return { label: others.length === 0 ? name : `${name} + ${others.length}`, patches: model.applied };
}

/** Patches of the same names are others once an edit has been computed again. */
function stampOf({ patches }: Change, selected: EditEntry | undefined, identities: Identities): string {
  const made = selected?.made === undefined ? 0 : identities.of(selected.made);
  return JSON.stringify([patches, made]);
}

function inspectedModel(
  { path: file, name, state, stage, fraction, error, loaded }: ModelEntry,
  base: boolean,
): InspectedModel {
  return {
    path: file,
    name,
    layers: loaded?.layers ?? null,
    base,
    state,
    stage: stage ?? null,
    fraction: fraction ?? null,
    error: error ?? null,
  };
}

function goneModel(file: string): InspectedModel {
  const name = path.basename(file);
  const error = `${file} is not among the models of this window.`;
  return { path: file, name, layers: null, base: false, state: 'failed', stage: null, fraction: null, error };
}

function choiceOf({ key, edit, state }: EditEntry): EditChoice {
  return {
    key,
    subject: edit.subject.trim(),
    targetNew: edit.target.new.trim(),
    targetTrue: edit.target.true?.trim() ?? null,
    state,
  };
}

function inspectedEdit(
  entry: EditEntry,
  proof: RevertProof | undefined,
  identities: Identities,
): InspectedEdit {
  const { id, file, edit, patch, detail, report, made, hyperparameters, steps, measured } = entry;
  return {
    ...choiceOf(entry),
    id,
    file: path.posix.basename(file.path),
    prompt: shownPrompt(edit.prompt),
    detail: detail ?? null,
    report: report ?? null,
    made: made ?? null,
    hyperparameters: report?.hyperparameters ?? hyperparameters ?? null,
    steps,
    measurement: measured === undefined ? null : identities.of(measured),
    strength: entry.strength ?? null,
    measuredWith: measured === undefined ? null : measuredWith(measured.edit.state, patch),
    otherState: entry.otherState ?? null,
    proof: proof ?? null,
  };
}
