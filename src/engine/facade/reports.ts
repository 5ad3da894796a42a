import type { EditReport } from '../../protocol/editing.ts';
import { type ComputedPatch, severalLayers } from '../editing/computePatch.ts';

/** How the edits of a patch were computed, as plain data. */
export function reports({ edits, hyperparameters, templates }: ComputedPatch): EditReport[] {
  return edits.map(({ edit, method, layer, computed, relativeUpdateNorm, keySimilarity }) => {
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
      hyperparameters,
      templates: [...templates],
      covariance: computed.covariance,
      seconds: { keys: keys / 1000, twin: twin / 1000, value: value / 1000, solve: solve / 1000 },
    };
  });
}
