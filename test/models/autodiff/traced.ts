import { type GraphTrace, type TracedNode, traceGraph } from '../../../src/engine/autodiff/graphTrace.ts';
import type { Supervision } from '../../../src/engine/autodiff/loss.ts';
import { EditObjective } from '../../../src/engine/autodiff/objective.ts';
import type { Factoring } from '../../../src/engine/autodiff/twin.ts';
import { TransposedWeights } from '../../../src/engine/autodiff/weights.ts';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import type { Adapter } from '../../../src/engine/llama/adapter.ts';
import { TokenBatch } from '../../../src/engine/llama/batch.ts';
import { Context } from '../../../src/engine/llama/context.ts';
import type { Model } from '../../../src/engine/llama/model.ts';
import { Devices } from '../../../src/engine/llama/scheduler.ts';
import { Random } from '../../../src/engine/numeric/random.ts';

export interface TracedOptions {
  readonly threads?: number;
  /** Tokens that are decoded before the traced pass and shared by all sequences. */
  readonly prefix?: number;
  readonly layer?: number;
  /** Bytes that copies of weights may take. */
  readonly room?: number;
  /** What the usual weights of the rows of logits are multiplied with. */
  readonly weight?: number;
  /** Patches that are switched on. */
  readonly adapters?: readonly Adapter[];
}

/**
 * One traced pass over several random prompts of unequal length, of which all but the last have targets (the first of
 * them at two tokens) and the last is kept as it is; with all that an objective needs.
 */
export class Traced implements Disposable {
  readonly devices: Devices;
  readonly weights: TransposedWeights;
  readonly context: Context;
  readonly trace: GraphTrace;
  readonly site: TracedNode;
  readonly supervision: readonly Supervision[];
  readonly columns: readonly number[];
  readonly logits: Float32Array;

  private constructor(
    parts: Pick<Traced, 'devices' | 'weights' | 'context' | 'trace' | 'site' | 'logits' | 'supervision'>,
  ) {
    this.context = parts.context;
    this.devices = parts.devices;
    this.weights = parts.weights;
    this.trace = parts.trace;
    this.site = parts.site;
    this.logits = parts.logits;
    this.supervision = parts.supervision;
    this.columns = columns;
  }

  static async of(model: Model, options: TracedOptions = {}): Promise<Traced> {
    const { threads = 1, prefix = 0, layer = 1, adapters = [], weight = 1 } = options;
    const context = new Context(model, {
      size: 256,
      sequences: suffixes.length,
      tapped: true,
      cacheType: 'f32',
      threads,
    });
    context.setAdapters(adapters.map((adapter) => ({ adapter, strength: 0.8 })));
    const random = new Random(5);
    const token = () => 3 + random.below(model.tokenizer.size - 3);
    const tokens = (count: number) => Array.from({ length: count }, token);
    if (prefix > 0) {
      await context.decode(new TokenBatch(TokenBatch.sequence(tokens(prefix), { wants: () => false })));
      for (let sequence = 1; sequence < suffixes.length; sequence++) context.copySequence(0, sequence);
    }
    const batch = new TokenBatch(
      suffixes.flatMap((length, sequence) =>
        TokenBatch.sequence(tokens(length), {
          sequence,
          start: prefix,
          wants: (index) => index === length - 1 || (sequence === 0 && index === length - 2),
        }),
      ),
    );
    const traced = await traceGraph(context, batch, () => true);
    const vocabulary = model.tokenizer.size;
    const logits = new Float32Array(batch.outputs.length * vocabulary);
    for (const [row, index] of batch.outputs.entries()) logits.set(context.logits(index), row * vocabulary);
    const devices = new Devices(model.runtime, threads);
    const files = await readModelFiles(model.path);
    const weights = new TransposedWeights(devices, files, options.room);
    const site = siteOf(traced, layer);
    const weighted = supervision.map((row) => ({ ...row, weight: weight * row.weight }));
    return new Traced({ context, devices, weights, trace: traced, site, logits, supervision: weighted });
  }

  async objective(factoring?: Factoring): Promise<EditObjective> {
    return await EditObjective.create(
      this.devices,
      this.weights,
      this.trace,
      this.site,
      this.supervision,
      this.columns,
      this.logits,
      {},
      factoring,
    );
  }

  [Symbol.dispose](): void {
    this.weights[Symbol.dispose]();
    this.devices[Symbol.dispose]();
    this.context.dispose();
  }
}

/** Tokens of each sequence in the traced pass. */
const suffixes = [6, 4, 5, 3];

/** Two targets in the first sequence, one in the second and third, the fourth kept. */
const supervision: readonly Supervision[] = [
  { kind: 'target', token: 77, weight: 0.2 },
  { kind: 'target', token: 101, weight: 0.3 },
  { kind: 'target', token: 77, weight: 0.4 },
  { kind: 'target', token: 260, weight: 0.1 },
  { kind: 'keep', weight: 0.7 },
];

/** The second token of each sequence is edited. */
const columns = suffixes.map((_, index) => 1 + suffixes.slice(0, index).reduce((sum, n) => sum + n, 0));

/** The down-projection of a layer; of a mixture, whose experts cannot be edited, what its attention adds. */
function siteOf(traced: GraphTrace, layer: number): TracedNode {
  const product = (weight: string) =>
    traced.nodes.find(
      ({ op, struct }) =>
        op === 'MUL_MAT' &&
        traced.leaves.get(struct.src[0] ?? 0n)?.struct.name === `blk.${layer}.${weight}.weight`,
    );
  const site = product('ffn_down') ?? product('attn_output');
  if (site === undefined) throw new Error(`nothing to edit in layer ${layer}`);
  return site;
}
