import type { Stream } from '../../protocol/streams.ts';
import { InputError } from '../errors.ts';
import { TokenBatch } from '../llama/batch.ts';
import type { NodeVisitor } from '../llama/nodeTap.ts';
import type { ProbeContext } from './probeContext.ts';
import type { LayerMap, NodeRef, ResidualMap } from './residualMap.ts';

export type Part = Stream | 'neurons';

/** Values of one part of a layer for some tokens in a row, `first` being the first: shape tokens × width. */
export interface Rows {
  readonly part: Part;
  readonly layer: number;
  readonly first: number;
  readonly width: number;
  readonly values: Float32Array;
}

/**
 * Decodes a prompt and hands over the wanted parts of it, layer by layer, as llama.cpp computes them. Every token is
 * an output, since llama.cpp computes the last layer for outputs only; so that their logits stay within bounds, a
 * long prompt is decoded in pieces. The cache is cleared first.
 *
 * @param map made with the same adapters on.
 * @throws InputError for a prompt beyond the context.
 */
export async function capture(
  context: ProbeContext,
  map: ResidualMap,
  tokens: readonly number[],
  wants: (part: Part, layer: number) => boolean,
  onRows: (rows: Rows) => void,
  signal?: AbortSignal,
): Promise<void> {
  if (tokens.length > context.size) {
    throw new InputError(
      `The prompt has ${tokens.length} tokens, but the context holds ${context.size}; shorten it.`,
    );
  }
  context.clear();
  const piece = context.outputRows;
  for (let first = 0; first < tokens.length; first += piece) {
    const some = tokens.slice(first, first + piece);
    const batch = new TokenBatch(TokenBatch.sequence(some, { start: first, wants: () => true }));
    const visitor = reader(map, wants, (rows) => onRows({ ...rows, first }));
    await context.tap?.during(visitor, () => context.decode(batch, signal));
  }
}

/** A visitor that reads the nodes of the wanted parts, and adds up the parts that are several nodes. */
function reader(
  map: ResidualMap,
  wants: (part: Part, layer: number) => boolean,
  onRows: (rows: Omit<Rows, 'first'>) => void,
): NodeVisitor {
  const places = new Map<number, { name: string; part: Part; layer: number; more: boolean }>();
  for (const [layer, parts] of map.layers.entries()) {
    for (const part of ['residual', 'attention', 'mlp', 'neurons'] as const) {
      if (!wants(part, layer)) continue;
      const refs = [...nodesOf(parts, part)].sort((a, b) => a.index - b.index);
      for (const { index, name } of refs) {
        places.set(index, { name, part, layer, more: index !== refs.at(-1)?.index });
      }
    }
  }
  let sum: Float32Array | undefined;
  return {
    wants(node) {
      const place = places.get(node.index);
      if (place === undefined) return false;
      if (node.name === place.name) return true;
      throw new Error('the map of the residual stream was made with other adapters on');
    },
    visit(node) {
      const place = places.get(node.index);
      if (place === undefined) return;
      const values = node.read();
      sum = sum === undefined ? values : values.map((value, i) => value + (sum?.[i] ?? 0));
      if (place.more) return;
      onRows({ part: place.part, layer: place.layer, width: node.struct.ne[0], values: sum });
      sum = undefined;
    },
  };
}

function nodesOf(layer: LayerMap, part: Part): readonly NodeRef[] {
  if (part === 'residual') return [layer.residual];
  if (part === 'neurons') return layer.neurons === undefined ? [] : [layer.neurons];
  return layer[part];
}
