import type { Stream } from '../../protocol/streams.ts';
import { InputError } from '../errors.ts';
import { TokenBatch } from '../llama/batch.ts';
import type { NodeVisitor, TappedNode } from '../llama/nodeTap.ts';
import type { ProbeContext } from './probeContext.ts';
import { type LayerMap, type NodeRef, nodesIn, type ResidualMap } from './residualMap.ts';

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

/** A node that is read, and the part of a layer that it belongs to. */
interface Reading {
  readonly ref: NodeRef;
  readonly part: Part;
  readonly layer: number;
}

/**
 * A visitor that reads the nodes of the wanted parts, and adds up the parts that are several nodes. Every stop of the
 * pass costs time, so a stop serves all nodes whose values are in memory then.
 */
function reader(
  map: ResidualMap,
  wants: (part: Part, layer: number) => boolean,
  onRows: (rows: Omit<Rows, 'first'>) => void,
): NodeVisitor {
  const readings = [...map.layers.entries()].flatMap(([layer, parts]) =>
    (['residual', 'attention', 'mlp', 'neurons'] as const)
      .filter((part) => wants(part, layer))
      .flatMap((part) => nodesOf(parts, part).map((ref): Reading => ({ ref, part, layer }))),
  );
  const stops = stopsFor(readings);
  const names = new Map(readings.map(({ ref }) => [ref.index, ref.name]));
  const seen = new Map<number, TappedNode>();
  const sums = new Map<string, { values: Float32Array; left: number }>();
  return {
    wants(node) {
      const name = names.get(node.index);
      if (name !== undefined) {
        if (node.name !== name)
          throw new Error('the map of the residual stream was made with other adapters on');
        seen.set(node.index, node);
      }
      return stops.has(node.index);
    },
    visit(stop) {
      for (const { ref, part, layer } of stops.get(stop.index) ?? []) {
        const node = seen.get(ref.index);
        if (node === undefined) throw new Error(`${ref.name} is read before it is computed`);
        const values = node.read();
        const known = sums.get(`${part} ${layer}`);
        for (const [i, value] of known?.values.entries() ?? []) values[i] = (values[i] as number) + value;
        const left = (known?.left ?? nodesOf(map.layers[layer], part).length) - 1;
        sums.set(`${part} ${layer}`, { values, left });
        if (left === 0) onRows({ part, layer, width: node.struct.ne[0], values });
      }
    },
  };
}

/** The fewest places at which every node can be read, each while its value is in memory: by place, what is read. */
function stopsFor(readings: readonly Reading[]): Map<number, Reading[]> {
  const stops = new Map<number, Reading[]>();
  let last = -1;
  for (const reading of readings.toSorted((a, b) => a.ref.until - b.ref.until)) {
    if (reading.ref.index > last) last = reading.ref.until;
    stops.set(last, [...(stops.get(last) ?? []), reading]);
  }
  return stops;
}

function nodesOf(layer: LayerMap | undefined, part: Part): readonly NodeRef[] {
  if (layer === undefined) return [];
  if (part === 'neurons') return layer.neurons === undefined ? [] : [layer.neurons];
  return nodesIn(layer, part);
}
