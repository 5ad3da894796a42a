import { TextDecoder } from 'node:util';
import type { Generation } from '../../protocol/probe.ts';
import { InputError } from '../errors.ts';
import { TokenBatch } from '../llama/batch.ts';
import { at } from '../numeric/at.ts';
import { pack } from './pack.ts';
import type { ProbeContext } from './probeContext.ts';
import { greedy, type Sampler, type Sampling, sampler } from './sampling.ts';

export type { Generation };

export interface GenerateOptions {
  /** At least 1. */
  readonly maxTokens: number;
  /** Without it the likeliest token is taken each time. */
  readonly sampling?: Sampling | undefined;
  /** Called with each piece of text as soon as its characters are whole. */
  readonly onText?: ((prompt: number, text: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A generation under way: its sequence in the cache, and where it stands. */
interface Running {
  readonly index: number;
  readonly sequence: number;
  readonly sample: Sampler;
  readonly decoder: TextDecoder;
  readonly tokens: number[];
  position: number;
  text: string;
  ended: boolean;
}

/**
 * Continues several prompts, given as tokens, in parallel sequences of one cache, which is cleared. Generation stops
 * at the model's end-of-generation tokens, which are not part of the text. Bytes of characters that span tokens are
 * joined; bytes that never become a character show as U+FFFD.
 *
 * @throws InputError when a prompt and its continuation do not fit into the context.
 * @throws CancelledError when the signal is raised, between or inside decodes.
 */
export async function generate(
  context: ProbeContext,
  prompts: readonly (readonly number[])[],
  options: GenerateOptions,
): Promise<Generation[]> {
  for (const prompt of prompts) {
    if (prompt.length === 0) throw new InputError('The prompt is empty: there is nothing to continue.');
    if (prompt.length + options.maxTokens > context.size) {
      throw new InputError(
        `A prompt of ${prompt.length} tokens and ${options.maxTokens} more do not fit into the ${context.size} tokens of the context.`,
      );
    }
  }
  const cost = (index: number) => [(prompts[index]?.length ?? 0) + options.maxTokens, 1, 1];
  const limits = [context.size, context.sequences, context.outputRows];
  const generations: Generation[] = [];
  for (const run of pack([...prompts.keys()], cost, limits)) {
    generations.push(...(await generateRun(context, prompts, run, options)));
  }
  return generations;
}

async function generateRun(
  context: ProbeContext,
  prompts: readonly (readonly number[])[],
  run: readonly number[],
  options: GenerateOptions,
): Promise<Generation[]> {
  const { sampling } = options;
  const all = run.map(
    (index, sequence): Running => ({
      index,
      sequence,
      sample: sampling ? sampler({ ...sampling, seed: sampling.seed + index }) : greedy,
      decoder: new TextDecoder('utf-8', { ignoreBOM: true }),
      tokens: [],
      position: prompts[index]?.length ?? 0,
      text: '',
      ended: false,
    }),
  );
  context.clear();
  let live = all;
  let batch = live.flatMap(({ index, sequence }) => TokenBatch.sequence(prompts[index] ?? [], { sequence }));
  while (live.length > 0) {
    const decoded = new TokenBatch(batch);
    await context.decode(decoded, options.signal);
    live = live.filter((generation, place) => {
      const token = generation.sample(context.logits(at(decoded.outputs, place)));
      return advance(context, generation, token, options);
    });
    batch = live.flatMap(({ tokens, position, sequence }) =>
      TokenBatch.sequence(tokens.slice(-1), { sequence, start: position - 1 }),
    );
  }
  return all.map(({ text, tokens, ended }) => ({ text, tokens, ended }));
}

/** Takes one token in. Returns whether the generation goes on after it. */
function advance(
  context: ProbeContext,
  generation: Running,
  token: number,
  { maxTokens, onText }: GenerateOptions,
): boolean {
  const { tokenizer } = context.model;
  generation.ended = tokenizer.endsGeneration(token);
  if (!generation.ended) {
    generation.tokens.push(token);
    generation.position++;
  }
  const more = !generation.ended && generation.tokens.length < maxTokens;
  const bytes = generation.ended ? new Uint8Array() : tokenizer.pieceBytes(token);
  const text = generation.decoder.decode(bytes, { stream: more });
  generation.text += text;
  if (text !== '') onText?.(generation.index, text);
  return more;
}
