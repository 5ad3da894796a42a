import type { Edit, EditsFile } from '../../protocol/edits.ts';
import type { EngineParams } from '../../protocol/engine.ts';
import { HYPERPARAMETERS, hyperparametersOf } from '../../protocol/hyperparameterEntries.ts';
import { defaultMethod, type Method } from '../../protocol/methods.ts';
import { presetsOf } from '../../protocol/presets.ts';
import { editHyperparameters, editMethod, editPreset, protectOtherFacts } from '../engine/settings.ts';

/**
 * How an edit is computed by the settings: they come behind what it and its file ask for, and a preset or hyperparameter
 * that only other methods have is passed over.
 *
 * @param method in place of the edit's own
 */
export function wishesFor(
  edit: Edit,
  file: EditsFile,
  method: Method | undefined = edit.method ?? file.method ?? editMethod(),
): Pick<EngineParams['edit'], 'method' | 'protect' | 'preset' | 'hyperparameters'> {
  const used = method ?? defaultMethod;
  const preset = editPreset();
  const asked = { ...file.hyperparameters, ...edit.hyperparameters };
  const foreign = new Set<string>(HYPERPARAMETERS);
  for (const name of hyperparametersOf(used)) foreign.delete(name);
  const others = Object.entries(editHyperparameters()).filter(
    ([name]) => !foreign.has(name) && !Object.hasOwn(asked, name),
  );
  return {
    method,
    protect: protectOtherFacts(),
    ...(presetsOf(used).includes(preset) && { preset }),
    ...(others.length > 0 && { hyperparameters: Object.fromEntries(others) }),
  };
}
