import type { ProbeContext } from '../../inspection/probeContext.ts';
import { TokenBatch } from '../../llama/batch.ts';
import type { Applied } from '../../llama/context.ts';
import type { NodeVisitor } from '../../llama/nodeTap.ts';
import { readTensorName } from '../../llama/tensor.ts';

/**
 * The weights among `weights` whose factors llama.cpp does not compute with, found in the graph of one token: it applies
 * adapters where a matrix is multiplied or a token looked up (`build_lora_mm`), and to nothing else.
 *
 * @param context a tapped one
 * @param on adapters that change these weights, none at strength 0
 */
export async function unusedFactors(
  context: ProbeContext,
  on: readonly Applied[],
  weights: Iterable<string>,
  signal?: AbortSignal,
): Promise<string[]> {
  const { c } = context.model.runtime;
  const used = new Set<string>();
  const visitor: NodeVisitor = {
    wants: ({ firstSource }) => {
      // what is copied to another device is called DEVICE#NAME#COPY
      if (firstSource !== 0n) for (const part of readTensorName(c, firstSource).split('#')) used.add(part);
      return false;
    },
    visit: () => {},
  };
  context.setAdapters(on);
  context.clear();
  try {
    const decode = () => context.decode(new TokenBatch(TokenBatch.sequence([0])), signal);
    await context.tap?.during(visitor, decode);
  } finally {
    context.setAdapters([]);
  }
  return [...weights].filter((weight) => !used.has(`${weight}.lora_a`));
}
