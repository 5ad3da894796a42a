import { readActivations } from '../../../src/engine/inspection/activations.ts';
import { logitLens } from '../../../src/engine/inspection/logitLens.ts';
import { ProbeContext } from '../../../src/engine/inspection/probeContext.ts';
import { mapResidualStream } from '../../../src/engine/inspection/residualMap.ts';
import { promptTokens } from '../../../src/engine/inspection/targetTokens.ts';
import { TokenBatch } from '../../../src/engine/llama/batch.ts';
import type { Model } from '../../../src/engine/llama/model.ts';
import { controlText } from '../../../src/engine/measures/controlText.ts';
import { median, timed } from '../statistics.ts';
import type { Figure } from './figure.ts';

/** Tokens of the prompt that is read. */
const length = 64;

/** Reading all layers of a pass beside the same pass without: same tokens, outputs and flags, in turns. */
export async function readingFigures(model: Model, threads: number, times: number): Promise<Figure[]> {
  const tokens = promptTokens(model, controlText).slice(0, length);
  using plain = new ProbeContext(model, { threads });
  using tapped = new ProbeContext(model, { threads, tapped: true });
  const map = await mapResidualStream(tapped);
  const batch = new TokenBatch(TokenBatch.sequence(tokens, { wants: () => true }));
  const lens = { positions: [tokens.length - 1], top: 10 };
  const taken = { decode: [] as number[], activations: [] as number[], lens: [] as number[] };
  await plain.decode(batch);
  await logitLens(tapped, map, tokens, lens);
  for (let i = 0; i < times; i++) {
    const cases = [
      async () => {
        plain.clear();
        taken.decode.push((await timed(() => plain.decode(batch))).milliseconds);
      },
      async () =>
        taken.activations.push((await timed(() => readActivations(tapped, map, tokens))).milliseconds),
      async () => taken.lens.push((await timed(() => logitLens(tapped, map, tokens, lens))).milliseconds),
    ];
    // each comes first in its turn, so that none always follows the same other
    for (const [place] of cases.entries()) await cases[(place + i) % cases.length]?.();
  }
  const decode = median(taken.decode);
  const beside = (what: string, values: readonly number[], most?: number): Figure => ({
    what,
    unit: 'ms',
    values,
    ratios: values.map((value) => value / decode),
    ...(most !== undefined && { aim: { of: 'ratio', most } }),
  });
  return [
    beside(`decode of ${length} tokens, all outputs`, taken.decode),
    beside('  with the activations of all layers', taken.activations, 1.1),
    beside('  with the logit lens of the last token, all layers', taken.lens),
  ];
}
