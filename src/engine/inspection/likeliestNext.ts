import type { TokenProbability } from '../../protocol/probe.ts';
import { InputError } from '../errors.ts';
import { TokenBatch } from '../llama/batch.ts';
import { topProbabilities } from './nextToken.ts';
import { pack } from './pack.ts';
import type { ProbeContext } from './probeContext.ts';
import { promptTokens } from './targetTokens.ts';

/**
 * The `count` likeliest next tokens of each text. The tokens that all texts begin with are decoded once for as many
 * texts as the context holds. The cache is cleared.
 *
 * @throws InputError when a text does not fit into the context
 */
export async function likeliestNext(
  context: ProbeContext,
  texts: readonly string[],
  count: number,
  signal?: AbortSignal,
): Promise<TokenProbability[][]> {
  const { tokenizer } = context.model;
  const all = texts.map((text) => promptTokens(context.model, text));
  const shared = commonStart(all);
  const room = context.size - shared.length;
  const ends = all.map((tokens) => tokens.slice(shared.length));
  const longest = Math.max(...ends.map((end) => end.length));
  if (longest > room) {
    throw new InputError(
      `A prompt takes ${shared.length + longest} tokens, but the context holds ${context.size}.`,
    );
  }
  const found: TokenProbability[][] = [];
  const limits = [room, context.sequences, context.outputRows];
  for (const run of pack(ends, (end) => [end.length, 1, 1], limits)) {
    const others = run.map((_, sequence) => sequence).slice(1);
    const start = TokenBatch.sequence(shared, { wants: () => false });
    const batch = [
      ...start.map((token) => ({ ...token, alsoIn: others })),
      ...run.flatMap((end, sequence) => TokenBatch.sequence(end, { sequence, start: shared.length })),
    ];
    context.clear();
    const decoded = new TokenBatch(batch);
    await context.decode(decoded, signal);
    for (const row of decoded.outputs) {
      found.push(topProbabilities(context.next(row), count, tokenizer));
    }
  }
  return found;
}

/** The longest beginning that all have and that leaves each a token. */
function commonStart(all: readonly (readonly number[])[]): readonly number[] {
  const [first = []] = all;
  const most = Math.min(...all.map((tokens) => tokens.length - 1));
  let length = 0;
  while (length < most && all.every((tokens) => tokens[length] === first[length])) length++;
  return first.slice(0, length);
}
