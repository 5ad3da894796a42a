import { generate } from '../inspection/generate.ts';
import { logProbability } from '../inspection/nextToken.ts';
import { ProbeContext } from '../inspection/probeContext.ts';
import { TokenBatch } from '../llama/batch.ts';
import { generationEntropy } from '../measures/fluency.ts';
import { mean } from '../numeric/mean.ts';
import type { Work } from '../work/progress.ts';
import { ownTexts } from './keys/ownTexts.ts';
import type { EditSession } from './session/session.ts';

/** How a model does beside the one that the edits began with. */
export interface Health {
  /** Perplexity of what the unedited model wrote by itself, as a multiple of the unedited model's. */
  readonly perplexity: number;
  /** Entropy of the n-grams that it writes greedily, as a share of the unedited model's. */
  readonly fluency: number;
}

/** Perplexity beyond this multiple, or fluency below this share, is collapse (2402.09656: perplexity tells it). */
const maxPerplexity = 3;
const minFluency = 0.5;

const texts = 8;
const length = 32;

/** What is wrong with a model, for people; null where nothing is. */
export function symptom({ perplexity, fluency }: Health): string | null {
  if (!(perplexity <= maxPerplexity)) {
    return `The perplexity of the model's own text is ${perplexity.toFixed(1)} times what it was before the edits`;
  }
  if (!(fluency >= minFluency)) {
    return `The model repeats itself: the entropy of what it writes is ${fluency.toFixed(2)} of what it was before the edits`;
  }
  return null;
}

/**
 * Watches a sequence of edits for collapse: few edits too many can make a model useless at a stroke. It reads texts
 * that the unedited model sampled, so that it serves models that never read English prose, and lets the model write
 * on from their beginnings.
 */
export class CollapseWatch implements Disposable {
  readonly #session: EditSession;
  readonly #context: ProbeContext;
  readonly #written: readonly (readonly number[])[];
  readonly #before: { readonly nll: number; readonly entropy: number };

  private constructor(
    session: EditSession,
    context: ProbeContext,
    written: readonly (readonly number[])[],
    before: { readonly nll: number; readonly entropy: number },
  ) {
    this.#session = session;
    this.#context = context;
    this.#written = written;
    this.#before = before;
  }

  /** Looks at the model as the session has it now. */
  static async of(session: EditSession, { signal }: Work = {}): Promise<CollapseWatch> {
    const context = new ProbeContext(session.model, {
      size: 2 * texts * length,
      sequences: texts,
      threads: session.devices.threads,
    });
    context.setAdapters(session.applied);
    const written = await ownTexts(session, { texts, length }, { signal });
    const before = await read(context, written, signal);
    return new CollapseWatch(session, context, written, before);
  }

  /** Looks at it again, with what the session has switched on since. */
  async check({ signal, report }: Work = {}): Promise<Health> {
    report?.('looking for collapse', 1);
    this.#context.setAdapters(this.#session.applied);
    const now = await read(this.#context, this.#written, signal);
    this.#context.setAdapters([]);
    return {
      perplexity: Math.exp(now.nll - this.#before.nll),
      fluency: this.#before.entropy === 0 ? 1 : now.entropy / this.#before.entropy,
    };
  }

  [Symbol.dispose](): void {
    this.#context.dispose();
  }
}

/** Mean NLL per token of the texts, in nats, and the mean entropy of what is written greedily after their beginnings. */
async function read(
  context: ProbeContext,
  written: readonly (readonly number[])[],
  signal: AbortSignal | undefined,
): Promise<{ nll: number; entropy: number }> {
  let nll = 0;
  let count = 0;
  for (const tokens of written) {
    context.clear();
    const batch = TokenBatch.sequence(tokens.slice(0, -1), { wants: () => true });
    await context.decode(new TokenBatch(batch), signal);
    for (const [i, token] of tokens.slice(1).entries()) {
      nll -= logProbability(context.next(i), token);
      count++;
    }
  }
  const beginnings = written.map((tokens) => tokens.slice(0, 4));
  const after = await generate(context, beginnings, { maxTokens: length, signal });
  const entropies = after.map(({ text }) => generationEntropy(text));
  return { nll: nll / count, entropy: mean(entropies) };
}
