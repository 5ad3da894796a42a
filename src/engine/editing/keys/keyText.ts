import { InputError } from '../../errors.ts';
import { downName } from '../../gguf/names.ts';
import { generate } from '../../inspection/generate.ts';
import { ProbeContext } from '../../inspection/probeContext.ts';
import { TokenBatch } from '../../llama/batch.ts';
import type { NodeVisitor, TappedNode } from '../../llama/nodeTap.ts';
import type { Work } from '../../work/progress.ts';
import { throwIfAborted } from '../../work/turn.ts';
import { CovarianceAccumulator } from '../session/covariance.ts';
import type { EditSession } from '../session/session.ts';

const sequences = 32;
const samplingSeed = 2202;

export type KeysByLayer = ReadonlyMap<number, CovarianceAccumulator>;

/**
 * Keys of layers over text that the model makes up itself: sampled at temperature 1 from its own beginning or from
 * single tokens of its vocabulary, 32 sequences side by side; the keys are read in the very passes that sample.
 *
 * @param samples how many keys of each layer, at least
 */
export async function keysOfOwnText(
  session: EditSession,
  layers: readonly number[],
  samples: number,
  work: Work = {},
): Promise<KeysByLayer> {
  const { model } = session;
  const length = Math.min(128, model.contextLength);
  using context = new ProbeContext(model, {
    size: sequences * length,
    sequences,
    batch: 256,
    outputs: sequences,
    threads: session.devices.threads,
    // it passes over the cells of other sequences, which attention would otherwise multiply and then mask
    flashAttention: true,
    tapped: true,
  });
  const collector = new KeyCollector(session, layers);
  for (let round = 0; collector.samples < samples; round++) {
    const before = collector.samples;
    const starts = Array.from({ length: sequences }, (_, i) => [startToken(session, round * sequences + i)]);
    const sampling = { temperature: 1, topP: 0.98, seed: samplingSeed + round * sequences };
    await collector.during(context, work.signal, () =>
      generate(context, starts, {
        maxTokens: Math.min(length - 1, Math.ceil((samples - before) / sequences)),
        sampling,
        signal: work.signal,
        onText: () =>
          work.report?.('sampling text for the covariance', Math.min(1, collector.samples / samples)),
      }),
    );
    if (collector.samples === before)
      throw new InputError('The model samples no text of its own; give it some.');
  }
  return collector.finish(work.signal);
}

/** Keys of layers over the user's text: passes that end at the last of them. */
export async function keysOfText(
  session: EditSession,
  layers: readonly number[],
  text: string,
  samples: number,
  work: Work = {},
): Promise<KeysByLayer> {
  const { model } = session;
  const length = Math.min(256, model.contextLength);
  const tokens = model.tokenizer.prompt(text).slice(0, samples);
  using context = new ProbeContext(model, {
    size: 256,
    sequences: 1,
    outputs: 1,
    threads: session.devices.threads,
    tapped: true,
  });
  const collector = new KeyCollector(session, layers, Math.max(...layers));
  for (let at = 0; at < tokens.length; at += length) {
    work.report?.('reading text for the covariance', at / tokens.length);
    context.clear();
    const batch = new TokenBatch(TokenBatch.sequence(tokens.slice(at, at + length)));
    await collector.during(context, work.signal, () => context.decode(batch, work.signal));
  }
  return collector.finish(work.signal);
}

/** The beginning of a made-up text: the model's own beginning where it has one, else any ordinary token. */
export function startToken({ model: { tokenizer } }: EditSession, index: number): number {
  if (tokenizer.addsBos) return tokenizer.bos;
  const stride = 7919;
  for (let token = (index * stride) % tokenizer.size; ; token = (token + 1) % tokenizer.size) {
    if (!tokenizer.isControl(token)) return token;
  }
}

/** Reads the inputs of the layers' down-projections in every pass. */
class KeyCollector implements NodeVisitor {
  readonly #session: EditSession;
  /** By the down-projection's name. */
  readonly #layers: ReadonlyMap<string, number>;
  readonly #stopAfter: number | undefined;
  /** By the weight's address, which is the same in every pass. */
  readonly #weights = new Map<bigint, number>();
  readonly #waiting: { layer: number; width: number; keys: Float32Array }[] = [];
  readonly #accumulators = new Map<number, CovarianceAccumulator>();
  readonly #seen = new Map<number, number>();

  constructor(session: EditSession, layers: readonly number[], stopAfter?: number) {
    this.#session = session;
    this.#layers = new Map(layers.map((layer) => [downName(layer), layer]));
    this.#stopAfter = stopAfter;
  }

  /** Keys of each layer so far. */
  get samples(): number {
    return Math.min(...[...this.#layers.values()].map((layer) => this.#seen.get(layer) ?? 0));
  }

  async during<T>(
    context: ProbeContext,
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    if (context.tap === undefined) throw new Error('keys are read from a tapped context');
    const result = await context.tap.during(this, work);
    for (const { layer, width, keys } of this.#waiting.splice(0)) {
      const accumulator =
        this.#accumulators.get(layer) ?? new CovarianceAccumulator(this.#session.devices, width);
      this.#accumulators.set(layer, accumulator);
      await accumulator.add(keys, signal);
    }
    return result;
  }

  wants(node: TappedNode): boolean {
    const source = node.firstSource;
    if (source === 0n) return false;
    if (this.#weights.size === this.#layers.size) return this.#weights.has(source);
    const layer = this.#layers.get(node.source(0).name);
    if (layer !== undefined) this.#weights.set(source, layer);
    return layer !== undefined;
  }

  visit(node: TappedNode): boolean {
    const layer = this.#weights.get(node.firstSource);
    if (layer === undefined) return true;
    const input = node.source(1);
    const [width, tokens] = input.struct.ne;
    this.#waiting.push({ layer, width, keys: input.read() });
    this.#seen.set(layer, (this.#seen.get(layer) ?? 0) + tokens);
    return layer !== this.#stopAfter;
  }

  finish(signal: AbortSignal | undefined): KeysByLayer {
    throwIfAborted(signal);
    return this.#accumulators;
  }
}
