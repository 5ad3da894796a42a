import { EngineError, InputError } from '../errors.ts';
import { TokenBatch } from '../llama/batch.ts';
import type { NodeVisitor } from '../llama/nodeTap.ts';
import type { ProbeContext } from './probeContext.ts';

/** How much each token of a prompt attends to each, by head. */
export interface AttentionPattern {
  /** Of the layer. */
  readonly heads: number;
  /** Shape [heads x side (reading) x side (read)], of one head where one was asked for. */
  readonly weights: Float32Array<ArrayBuffer>;
}

export interface AttentionOptions {
  readonly layer: number;
  /** This head alone; all without it. */
  readonly head: number | undefined;
  /** Tiles a side that a pattern is reduced to, each with the largest weight in it; at most the tokens. */
  readonly side: number;
}

/**
 * Reads one layer's attention after its soft-max: llama.cpp's `kq_soft_max-N`, whose rows run over the cells of the
 * cache, of which an empty cache gives a prompt the first. Each reading token's row sums to 1, less what goes to sinks.
 * The cache is cleared first; the decode ends at the layer.
 *
 * @throws EngineError for a graph without such a node; InputError for a head that the layer has not
 */
export async function attentionPattern(
  context: ProbeContext,
  tokens: readonly number[],
  { layer, head, side }: AttentionOptions,
  signal?: AbortSignal,
): Promise<AttentionPattern> {
  const count = tokens.length;
  let found: AttentionPattern | undefined;
  const name = `kq_soft_max-${layer}`;
  const visitor: NodeVisitor = {
    wants: (node) => node.name === name,
    visit(node) {
      const [cells, , heads] = node.struct.ne;
      if (head !== undefined && head >= heads) {
        throw new InputError(`There is no head ${head}: layer ${layer} has ${heads} heads.`);
      }
      const wanted = head === undefined ? [...Array(heads).keys()] : [head];
      const weights = new Float32Array(wanted.length * side * side);
      for (const [place, from] of wanted.entries()) {
        for (let token = 0; token < count; token++) {
          const row = node.read((from * count + token) * cells, count);
          addRow(weights, row, (place * side + Math.floor((token * side) / count)) * side, side);
        }
      }
      found = { heads, weights };
      return false;
    },
  };
  context.clear();
  const batch = new TokenBatch(TokenBatch.sequence(tokens, { wants: () => false }));
  await context.tap?.during(visitor, () => context.decode(batch, signal));
  if (found === undefined) {
    throw new EngineError(`The attention of layer ${layer} of ${context.model.path} cannot be read.`);
  }
  return found;
}

/** Takes a token's row into the tiles that begin at `start`; with as many tiles as tokens it is the row itself. */
function addRow(weights: Float32Array, row: Float32Array, start: number, side: number): void {
  for (const [token, weight] of row.entries()) {
    const tile = start + Math.floor((token * side) / row.length);
    weights[tile] = Math.max(weights[tile] as number, weight);
  }
}
