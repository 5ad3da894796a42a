import type { Neuron } from '../../protocol/activations.ts';
import { InputError } from '../errors.ts';
import { readVectors } from './activations.ts';
import { topTokens } from './nextToken.ts';
import type { ProbeContext } from './probeContext.ts';
import type { ResidualMap } from './residualMap.ts';

/**
 * The neurons of a layer's MLP that are most active at one token: the inputs of its down-projection with the largest
 * magnitudes, largest first.
 *
 * @throws InputError for a mixture of experts, where each token has other neurons.
 */
export async function topNeurons(
  context: ProbeContext,
  map: ResidualMap,
  tokens: readonly number[],
  { layer, position, count }: { layer: number; position: number; count: number },
  signal?: AbortSignal,
): Promise<Neuron[]> {
  if (map.layers[layer]?.neurons === undefined) {
    throw new InputError(`Layer ${layer} has no down-projection of its own (blk.${layer}.ffn_down.weight).`);
  }
  const wanted = { part: 'neurons', layers: [layer], positions: [position] } as const;
  const [activations = new Float32Array()] = await readVectors(context, map, tokens, wanted, signal);
  return topTokens(activations.map(Math.abs), count).map((neuron) => ({
    neuron,
    activation: activations[neuron] ?? Number.NaN,
  }));
}
