import { l10n } from 'vscode';
import type { Edit } from '../../protocol/edits.ts';
import type { SomeHyperparameters } from '../../protocol/hyperparameters.ts';
import type { PatchDescription } from '../../protocol/patches.ts';
import type { EditState } from './editEntry.ts';

/** What is known of an edit, from which its state follows. */
export interface EditFacts {
  readonly edit: Edit;
  /** What its file asks for, for all edits. */
  readonly hyperparameters?: SomeHyperparameters | undefined;
  /** The digest of the model that the edits file is meant for, where it says so. */
  readonly wantedDigest: string | undefined;
  /** The digest of the base, once it is known. */
  readonly baseDigest: string | undefined;
  readonly running: boolean;
  /** Why it failed when it was last tried. */
  readonly failure: string | undefined;
  /** The patch file: what it says of itself, why it cannot be read, or that it is not there. */
  readonly patch:
    | { readonly description: PatchDescription | undefined }
    | { readonly damage: string }
    | undefined;
  readonly applied: boolean;
}

export interface DerivedState {
  readonly state: EditState;
  readonly detail?: string;
}

/** The state of an edit, and why where a person would ask. */
export function editState(facts: EditFacts): DerivedState {
  const { wantedDigest, baseDigest, running, failure, patch, applied } = facts;
  if (running) return { state: 'computing' };
  if (applied) return { state: 'applied' };
  if (failure !== undefined) return { state: 'failed', detail: failure };
  if (wantedDigest !== undefined && baseDigest !== undefined && wantedDigest !== baseDigest) {
    return { state: 'stale', detail: l10n.t('The file is meant for another model than the base.') };
  }
  if (patch === undefined) return { state: 'not-computed' };
  if ('damage' in patch) return { state: 'failed', detail: patch.damage };
  return computedState(facts, patch.description);
}

function computedState(
  { edit, hyperparameters, baseDigest }: EditFacts,
  description: PatchDescription | undefined,
): DerivedState {
  if (description === undefined) {
    return { state: 'stale', detail: l10n.t('The patch does not say what it was made for.') };
  }
  if (baseDigest !== undefined && description.base.digest !== baseDigest) {
    return {
      state: 'stale',
      detail: l10n.t('The patch was made for another model, {0}.', description.base.name),
    };
  }
  const made = description.edits.find(({ id }) => id === edit.id);
  const same =
    made !== undefined &&
    JSON.stringify(made.prompt) === JSON.stringify(edit.prompt) &&
    made.subject === edit.subject &&
    made.target.new === edit.target.new &&
    Object.entries({ ...hyperparameters, ...edit.hyperparameters }).every(([name, wished]) => {
      const used = { ...description.hyperparameters, ...made.hyperparameters }[name];
      // one that the method does not have is not in the patch
      return used === undefined || JSON.stringify(used) === JSON.stringify(wished);
    });
  return same
    ? { state: 'computed' }
    : { state: 'stale', detail: l10n.t('The edit has been changed since its patch was made.') };
}
