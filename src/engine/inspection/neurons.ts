import { InputError } from '../errors.ts';
import { downName } from '../gguf/names.ts';
import { readVectors } from './activations.ts';
import { topTokens } from './nextToken.ts';
import type { ProbeContext } from './probeContext.ts';
import type { LayerMap, NodeRef, ResidualMap } from './residualMap.ts';

/**
 * A layer whose MLP has neurons of its own: the inputs of its down-projection.
 *
 * @throws InputError for a mixture of experts, where each token has other neurons
 */
export function expectNeurons(map: ResidualMap, layer: number): LayerMap & { readonly neurons: NodeRef } {
  const parts = map.layers[layer];
  if (parts?.neurons === undefined) {
    throw new InputError(`Layer ${layer} has no down-projection of its own (${downName(layer)}).`);
  }
  return { ...parts, neurons: parts.neurons };
}

/** How active the neurons of a layer's MLP are at one token: shape [neurons]. */
export async function neuronActivations(
  context: ProbeContext,
  map: ResidualMap,
  tokens: readonly number[],
  { layer, position }: { readonly layer: number; readonly position: number },
  signal?: AbortSignal,
): Promise<Float32Array> {
  expectNeurons(map, layer);
  const wanted = { part: 'neurons', layers: [layer], positions: [position] } as const;
  const [activations = new Float32Array()] = await readVectors(context, map, tokens, wanted, signal);
  return activations;
}

/** The neurons with the largest magnitudes, largest first. */
export function maxActive(activations: Float32Array, count: number): number[] {
  return topTokens(activations.map(Math.abs), count);
}
