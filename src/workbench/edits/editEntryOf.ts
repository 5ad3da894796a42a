import type { Uri } from 'vscode';
import { probesOf } from '../../engine/inspection/probes.ts';
import type { ValueStep } from '../../protocol/editing.ts';
import type { Edit, EditsFile } from '../../protocol/edits.ts';
import { otherState } from '../../protocol/otherState.ts';
import type { ModelEntry } from '../models/modelEntry.ts';
import type { EditEntry, Measurement } from './editEntry.ts';
import { editState } from './editState.ts';
import type { PatchDigests } from './patchDigests.ts';
import { type FoundPatch, patchPath } from './patchFiles.ts';
import type { SwitchQueue } from './switchQueue.ts';

/** What this window learnt of an edit beside its file and its patch. */
export interface Learnt {
  readonly running?: boolean;
  readonly failure?: string | undefined;
  readonly report?: EditEntry['report'];
  readonly steps?: readonly ValueStep[];
  readonly measured?: Measurement | undefined;
  readonly patch?: FoundPatch | undefined;
}

/** An edit as its file has it. */
interface Stored {
  readonly key: string;
  readonly file: Uri;
  readonly edit: Edit;
  readonly content: EditsFile | undefined;
}

/** The window that the edit is shown in. */
interface Window {
  readonly base: ModelEntry | undefined;
  readonly switches: Pick<SwitchQueue, 'wished' | 'place'>;
  readonly digests: Pick<PatchDigests, 'of'>;
}

/** All that is shown of an edit: what its file says, what was learnt of it, and whether it is on. */
export function editEntryOf({ key, file, edit, content }: Stored, learnt: Learnt, window: Window): EditEntry {
  const { base, switches } = window;
  const patch = patchPath(file, edit.id);
  const on = base?.applied.find(({ path }) => path === patch);
  const derived = editState({
    edit,
    hyperparameters: content?.hyperparameters,
    wantedDigest: content?.model?.digest,
    baseDigest: base?.digest,
    running: learnt.running === true,
    failure: learnt.failure,
    patch: learnt.patch,
    applied: on !== undefined,
  });
  const { report, steps = [], measured } = learnt;
  const description = descriptionOf(learnt.patch);
  const made = description?.edits.find(({ id }) => id === edit.id);
  const hyperparameters = description && { ...description.hyperparameters, ...made?.hyperparameters };
  return {
    key,
    file,
    id: edit.id,
    edit,
    patch,
    ...derived,
    made,
    hyperparameters,
    report,
    steps,
    strength: on?.strength,
    wished: switches.wished(key) ?? on !== undefined,
    place: switches.place(key),
    measured,
    otherState: measured && otherStateOf(measured, edit, patch, on !== undefined, window),
  };
}

/** What the measurement holds for, where that is not what is on now. */
function otherStateOf(
  measured: Measurement,
  edit: Edit,
  own: string,
  on: boolean,
  { base, digests }: Window,
): string | undefined {
  const patches = on ? (base?.applied ?? []) : [{ path: own, strength: 1 }];
  const digested = patches.map((patch) => ({ ...patch, digest: digests.of(patch.path) }));
  const shown = { base: base?.digest, patches: digested, own, on, probes: probesOf(edit) };
  return otherState(measured.edit, shown) ?? undefined;
}

function descriptionOf(patch: FoundPatch | undefined) {
  return patch === undefined || 'damage' in patch ? undefined : patch.description;
}
