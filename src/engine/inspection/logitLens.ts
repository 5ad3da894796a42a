import type { Lens, LensCell } from '../../protocol/activations.ts';
import { InputError } from '../errors.ts';
import { TokenBatch } from '../llama/batch.ts';
import type { NodeVisitor } from '../llama/nodeTap.ts';
import { describeTokens, readVectors } from './activations.ts';
import { logProbability, type NextToken, rank, topProbabilities } from './nextToken.ts';
import type { ProbeContext } from './probeContext.ts';
import type { ResidualMap } from './residualMap.ts';

export interface LensOptions {
  /** Tokens of the prompt to read at, counted from 0. */
  readonly positions: readonly number[];
  /** Tokens of the vocabulary whose probability and rank are wanted in every layer. */
  readonly targets?: readonly number[];
  /** How many of the likeliest tokens each cell names. */
  readonly top?: number;
}

/**
 * The logit lens (nostalgebraist 2020): what the model would say if it ended after each layer. The final norm and the
 * unembedding are llama.cpp's own: the captured residuals of all layers replace the last residual of a decode, one
 * row each. In the last layer the lens is the model's own prediction.
 *
 * @throws InputError for a position outside the prompt.
 */
export async function logitLens(
  context: ProbeContext,
  map: ResidualMap,
  tokens: readonly number[],
  { positions, targets = [], top = 10 }: LensOptions,
  signal?: AbortSignal,
): Promise<Lens> {
  const outside = positions.find((position) => !(position >= 0 && position < tokens.length));
  if (outside !== undefined) {
    throw new InputError(`There is no token ${outside} in a prompt of ${tokens.length} tokens.`);
  }
  const { tokenizer } = context.model;
  const read = (next: NextToken): LensCell => ({
    top: topProbabilities(next, top, tokenizer),
    targets: targets.map((id) => ({ id, logP: logProbability(next, id), rank: rank(next.logits, id) })),
  });
  const wanted = { part: 'residual', layers: [...map.layers.keys()], positions } as const;
  const residuals = await readVectors(context, map, tokens, wanted, signal);
  const cells: LensCell[] = [];
  for await (const next of unembed(context, map, residuals, signal)) cells.push(read(next));
  const layers = residuals.map((_, layer) =>
    cells.slice(layer * positions.length, (layer + 1) * positions.length),
  );
  return { tokens: describeTokens(tokenizer, tokens), positions: [...positions], layers };
}

/**
 * Applies the model's final norm and unembedding to any residuals, each rows × width of the stream, and yields their
 * predictions in order. The decodes that carry them are of arbitrary tokens: their own residuals are overwritten.
 */
export async function* unembed(
  context: ProbeContext,
  map: ResidualMap,
  residuals: readonly Float32Array[],
  signal?: AbortSignal,
): AsyncGenerator<NextToken> {
  const width = context.model.embedding;
  const rows = residuals.flatMap((values) =>
    Array.from({ length: values.length / width }, (_, row) =>
      values.subarray(row * width, (row + 1) * width),
    ),
  );
  const together = Math.min(context.size, context.outputRows);
  for (let first = 0; first < rows.length; first += together) {
    const some = rows.slice(first, first + together);
    const carriers = some.map(() => Math.max(0, context.model.tokenizer.bos));
    context.clear();
    const batch = new TokenBatch(TokenBatch.sequence(carriers, { wants: () => true }));
    await context.tap?.during(overwrite(map, some), () => context.decode(batch, signal));
    for (const row of some.keys()) yield context.next(row);
  }
}

function overwrite({ final }: ResidualMap, rows: readonly Float32Array[]): NodeVisitor {
  return {
    wants: ({ index }) => index === final.index,
    visit(node) {
      if (node.name !== final.name) throw new Error(`the map expects ${final.name}, not ${node.name}`);
      for (const [row, values] of rows.entries()) node.write(values, row * values.length);
    },
  };
}
