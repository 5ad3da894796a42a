import { TokenBatch } from '../llama/batch.ts';
import type { NodeVisitor } from '../llama/nodeTap.ts';
import { at } from '../numeric/at.ts';
import { expectNeurons } from './neurons.ts';
import type { ProbeContext } from './probeContext.ts';
import type { ResidualMap } from './residualMap.ts';

/**
 * The values of some neurons of a layer's MLP (2012.14913): what each adds to the residual stream when it alone is
 * active with 1, its column of the down-projection with the adapters that are on. llama.cpp reads them itself, whatever
 * the weight is quantised to: the neurons of a decode are replaced, one row for each value that is wanted. A norm
 * behind the projection, where a model has one, is part of them.
 *
 * @returns in the order asked for, each as wide as the stream
 */
export async function neuronValues(
  context: ProbeContext,
  map: ResidualMap,
  { layer, neurons }: { readonly layer: number; readonly neurons: readonly number[] },
  signal?: AbortSignal,
): Promise<Float32Array[]> {
  const values: Float32Array[] = [];
  // one row more for the bias: what the MLP adds with no neuron active
  const together = Math.min(context.size, context.outputRows) - 1;
  for (let first = 0; first < neurons.length; first += together) {
    const some = neurons.slice(first, first + together);
    const rows: Float32Array[] = [...some, undefined].map(() => new Float32Array(context.model.embedding));
    const carriers = rows.map(() => Math.max(0, context.model.tokenizer.bos));
    const batch = new TokenBatch(TokenBatch.sequence(carriers, { wants: () => true }));
    context.clear();
    await context.tap?.during(oneByOne(map, layer, some, rows), () => context.decode(batch, signal));
    const bias = at(rows, some.length);
    values.push(...rows.slice(0, -1).map((row) => row.map((x, i) => x - (bias[i] as number))));
  }
  return values;
}

/** Makes one neuron active in each row and none in the last, and adds up what the MLP makes of it. */
function oneByOne(
  map: ResidualMap,
  layer: number,
  active: readonly number[],
  into: readonly Float32Array[],
): NodeVisitor {
  const { neurons, mlp } = expectNeurons(map, layer);
  const names = new Map([neurons, ...mlp].map(({ index, name }) => [index, name]));
  let left = mlp.length;
  return {
    wants: ({ index }) => names.has(index),
    visit(node) {
      if (node.name !== names.get(node.index)) throw new Error(`the map does not expect ${node.name}`);
      const [width] = node.struct.ne;
      if (node.index === neurons.index) {
        const rows = new Float32Array(width * into.length);
        for (const [row, neuron] of active.entries()) rows[row * width + neuron] = 1;
        node.write(rows, 0);
        return true;
      }
      const values = node.read();
      for (const [row, sum] of into.entries()) {
        for (const i of sum.keys()) sum[i] = (sum[i] as number) + (values[row * width + i] as number);
      }
      return --left > 0;
    },
  };
}
