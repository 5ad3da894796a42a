import { EngineError } from '../errors.ts';
import { TokenBatch } from '../llama/batch.ts';
import type { NodeVisitor } from '../llama/nodeTap.ts';
import type { ProbeContext } from './probeContext.ts';

/** How much each token of a prompt attends to each, by head. */
export interface AttentionPattern {
  readonly heads: number;
  /** Shape [heads x tokens (reading) x tokens (read)]; each reading token's row sums to 1, less what goes to sinks. */
  readonly weights: Float32Array<ArrayBuffer>;
}

/**
 * Reads one layer's attention after its soft-max: llama.cpp's `kq_soft_max-N`, whose rows run over the cells of the
 * cache, of which an empty cache gives a prompt the first. The cache is cleared first; the decode ends at the layer.
 *
 * @throws EngineError for a graph without such a node
 */
export async function attentionPattern(
  context: ProbeContext,
  tokens: readonly number[],
  layer: number,
  signal?: AbortSignal,
): Promise<AttentionPattern> {
  const count = tokens.length;
  let found: AttentionPattern | undefined;
  const name = `kq_soft_max-${layer}`;
  const visitor: NodeVisitor = {
    wants: (node) => node.name === name,
    visit(node) {
      const [cells, , heads] = node.struct.ne;
      const weights = new Float32Array(heads * count * count);
      for (let row = 0; row < heads * count; row++) {
        weights.set(node.read(row * cells, count), row * count);
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
