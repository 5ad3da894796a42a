import type { Edit, EditsFile } from '../../protocol/edits.ts';
import type { SomeHyperparameters } from '../../protocol/hyperparameters.ts';
import { defaultMethod, type Method } from '../../protocol/methods.ts';
import { missingPreset, type PresetName, presetOf } from '../../protocol/presets.ts';
import { InputError } from '../errors.ts';
import type { Hyperparameters } from './hyperparameters/hyperparameters.ts';
import { defaultLayer, hyperparametersFor, type LayerChoice } from './hyperparameters/modelDefaults.ts';
import type { CovarianceSource } from './keys/covarianceCache.ts';
import { type Donor, donorsIn } from './methods/donorsIn.ts';
import type { EditSession } from './session/session.ts';
import type { ValueStep } from './value/value.ts';

/** What the caller decides; everything else comes from the edits file or is proposed. */
export interface PatchOptions extends CovarianceSource {
  readonly method?: Method | undefined;
  readonly layer?: number | undefined;
  /** Edits that methods for many facts compute together; all that follow one another without it. */
  readonly batch?: number | undefined;
  /** Hold the answers of the edits' `sameSubject` probes. */
  readonly protect?: boolean | undefined;
  /** What hyperparameters are unless something else is asked for. */
  readonly preset?: PresetName | undefined;
  /** Before what the edits and their file ask for; those that a method does not have are passed over. */
  readonly hyperparameters?: SomeHyperparameters | undefined;
  readonly onStep?: ((id: string, step: ValueStep) => void) | undefined;
}

/** One edit with what was decided for it. */
export interface PlannedEdit {
  readonly edit: Edit;
  readonly method: Method;
  readonly layer: LayerChoice;
  readonly hyperparameters: Hyperparameters;
  /** Where the method "donor" may take the value from; what the file offers. */
  readonly donors: readonly Donor[];
}

/** The method of an edit. */
export const methodOf = (options: Pick<PatchOptions, 'method'>, file: EditsFile, edit?: Edit): Method =>
  options.method ?? edit?.method ?? file.method ?? defaultMethod;

/**
 * Who decides: the caller before the edit, the edit before its file, the file before the engine.
 *
 * @param swept the best layers that earlier sweeps of this model found
 */
export function planEdits(
  session: EditSession,
  file: EditsFile,
  edits: readonly Edit[],
  options: PatchOptions,
  swept: ReadonlyMap<Method, LayerChoice> = new Map(),
): PlannedEdit[] {
  return edits.map((edit) => {
    const method = methodOf(options, file, edit);
    const chosen = options.layer ?? edit.layer ?? file.layer;
    const layer =
      chosen !== undefined
        ? { layer: chosen, reason: 'as given' }
        : (swept.get(method) ?? { ...defaultLayer(session.files, method), proposed: true as const });
    const wishes = [file.hyperparameters, edit.hyperparameters, options.hyperparameters];
    const hyperparameters = hyperparametersFor(session.files, wishes, presetValues(options.preset, method));
    return { edit, method, layer, hyperparameters, donors: method === 'donor' ? donorsIn(file, edit) : [] };
  });
}

/** @throws InputError where the method has no preset of that name */
function presetValues(name: PresetName = 'default', method: Method): SomeHyperparameters | undefined {
  const missing = missingPreset(name, method);
  if (missing !== undefined) throw new InputError(missing);
  return presetOf(name, method)?.values;
}
