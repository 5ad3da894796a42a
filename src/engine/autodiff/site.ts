import { InputError } from '../errors.ts';
import { DOWN, weightInLayer } from '../gguf/names.ts';
import type { GraphTrace, TracedNode } from './graphTrace.ts';

/**
 * Where an edit of `layer` acts: the product of its MLP's down-projection `blk.N.ffn_down.weight`, whose input is the
 * key and whose output the value. Every architecture has it under this name, whatever surrounds it.
 *
 * @throws InputError where the layer does not exist, is the last one, is a mixture of experts or has no such product
 */
export function findSite(trace: GraphTrace, layer: number): TracedNode {
  const { sites, mixtures, layers } = downProjections(trace);
  if (!Number.isInteger(layer) || layer < 0 || layer >= layers) {
    throw new InputError(`There is no layer ${layer}; the layers of this model are 0 to ${layers - 1}.`);
  }
  if (layer === layers - 1) {
    throw new InputError(
      `Layer ${layer} is the last one; what it adds at the subject reaches no later token. Choose a layer below it.`,
    );
  }
  const site = sites.get(layer);
  if (site !== undefined) return site;
  const single = [...sites.keys()].filter((found) => found < layers - 1);
  const instead = single.length === 0 ? '' : ` Layers that can be edited: ${single.join(', ')}.`;
  if (mixtures.has(layer)) {
    throw new InputError(
      `Layer ${layer} is a mixture of experts; an expert's own weights cannot be edited.${instead}`,
    );
  }
  throw new InputError(`Layer ${layer} has no MLP with a down-projection to edit.${instead}`);
}

function downProjections(trace: GraphTrace) {
  const sites = new Map<number, TracedNode>();
  const mixtures = new Set<number>();
  let layers = 0;
  for (const node of trace.nodes) {
    const name = trace.leaves.get(node.struct.src[0] ?? 0n)?.struct.name ?? '';
    const { layer, part } = weightInLayer(name) ?? {};
    if (layer === undefined) continue;
    layers = Math.max(layers, layer + 1);
    if (part === DOWN && node.op === 'MUL_MAT') sites.set(layer, node);
    if (part === `${DOWN}_exps`) mixtures.add(layer);
  }
  return { sites, mixtures, layers };
}
