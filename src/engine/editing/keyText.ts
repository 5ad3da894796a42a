import { InputError } from '../errors.ts';
import { generate } from '../inspection/generate.ts';
import { ProbeContext } from '../inspection/probeContext.ts';
import { TokenBatch } from '../llama/batch.ts';
import type { NodeVisitor, TappedNode } from '../llama/nodeTap.ts';
import type { Work } from '../progress.ts';
import { CovarianceAccumulator } from './covariance.ts';
import type { EditSession } from './session.ts';

const sequences = 32;
const samplingSeed = 2202;

/**
 * Keys of a layer over text that the model makes up itself: sampled at temperature 1 from single tokens of its
 * vocabulary, 32 sequences side by side; the keys are read in the very passes that sample.
 */
export async function keysOfOwnText(
  session: EditSession,
  layer: number,
  samples: number,
  work: Work = {},
): Promise<CovarianceAccumulator> {
  const { model } = session;
  const length = Math.min(128, model.contextLength);
  using context = new ProbeContext(model, {
    size: sequences * length,
    sequences,
    batch: 256,
    outputs: sequences,
    threads: session.devices.threads,
    tapped: true,
  });
  const collector = new KeyCollector(session, layer, false);
  for (let round = 0; collector.samples < samples; round++) {
    const before = collector.samples;
    const starts = Array.from({ length: sequences }, (_, i) => [startToken(session, round * sequences + i)]);
    const sampling = { temperature: 1, topP: 0.98, seed: samplingSeed + round * sequences };
    await collector.during(context, () =>
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

/** Keys of a layer over the user's text: passes that end at the layer. */
export async function keysOfText(
  session: EditSession,
  layer: number,
  text: string,
  samples: number,
  work: Work = {},
): Promise<CovarianceAccumulator> {
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
  const collector = new KeyCollector(session, layer, true);
  for (let at = 0; at < tokens.length; at += length) {
    work.report?.('reading text for the covariance', at / tokens.length);
    context.clear();
    const batch = new TokenBatch(TokenBatch.sequence(tokens.slice(at, at + length)));
    await collector.during(context, () => context.decode(batch, work.signal));
  }
  return collector.finish(work.signal);
}

/** The beginning of a made-up text: the model's own beginning where it has one, else any ordinary token. */
function startToken({ model: { tokenizer } }: EditSession, index: number): number {
  if (tokenizer.addsBos) return tokenizer.bos;
  const stride = 7919;
  for (let token = (index * stride) % tokenizer.size; ; token = (token + 1) % tokenizer.size) {
    if (!tokenizer.isControl(token)) return token;
  }
}

/** Reads the input of a layer's down-projection in every pass. */
class KeyCollector implements NodeVisitor {
  readonly #session: EditSession;
  readonly #weightName: string;
  readonly #stop: boolean;
  readonly #waiting: Float32Array[] = [];
  #weight: bigint | undefined;
  #accumulator: CovarianceAccumulator | undefined;
  #seen = 0;

  constructor(session: EditSession, layer: number, stopThere: boolean) {
    this.#session = session;
    this.#weightName = `blk.${layer}.ffn_down.weight`;
    this.#stop = stopThere;
  }

  get samples(): number {
    return this.#seen;
  }

  async during<T>(context: ProbeContext, work: () => Promise<T>): Promise<T> {
    if (context.tap === undefined) throw new Error('keys are read from a tapped context');
    const result = await context.tap.during(this, work);
    for (const keys of this.#waiting.splice(0)) await this.#accumulator?.add(keys);
    return result;
  }

  wants(node: TappedNode): boolean {
    const source = node.firstSource;
    if (source === 0n) return false;
    if (this.#weight === undefined && node.source(0).name === this.#weightName) this.#weight = source;
    return source === this.#weight;
  }

  visit(node: TappedNode): boolean {
    const input = node.source(1);
    const [width, tokens] = input.struct.ne;
    this.#accumulator ??= new CovarianceAccumulator(this.#session.devices, width);
    this.#waiting.push(input.read());
    this.#seen += tokens;
    return !this.#stop;
  }

  async finish(signal: AbortSignal | undefined): Promise<CovarianceAccumulator> {
    signal?.throwIfAborted();
    if (this.#accumulator === undefined) {
      throw new InputError('The layer has no down-projection of its own to take keys from.');
    }
    return this.#accumulator;
  }
}
