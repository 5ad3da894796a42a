import type { EditReport } from '../../protocol/editing.ts';
import { ofMethod } from '../../protocol/hyperparameters.ts';
import type { ComputedPatch } from '../editing/computePatch.ts';
import { severalLayers } from '../editing/describeEdit.ts';

/** How the edits of a patch were computed, as plain data. */
export function reports({ edits }: ComputedPatch): EditReport[] {
  return edits.map((done) => {
    const { edit, method, layer, hyperparameters, templates, computed } = done;
    const { relativeUpdateNorm, keySimilarity } = done;
    const { keys, twin, value, solve } = computed.times;
    return {
      id: edit.id,
      method,
      layer: layer.layer,
      ...severalLayers(computed.updates),
      ...(computed.lostEnergy !== undefined && { lostEnergy: computed.lostEnergy }),
      layerReason: layer.reason,
      steps: [...computed.steps],
      relativeNorm: computed.relativeNorm,
      updateNorm: computed.updateNorm,
      relativeUpdateNorm,
      keySimilarity,
      hyperparameters: ofMethod(method, hyperparameters),
      templates: [...templates],
      covariance: computed.covariance,
      seconds: { keys: keys / 1000, twin: twin / 1000, value: value / 1000, solve: solve / 1000 },
    };
  });
}
