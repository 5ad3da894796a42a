import { type GraphTrace, type TracedNode, traceGraph } from '../../autodiff/graphTrace.ts';
import { findSite } from '../../autodiff/site.ts';
import { InputError } from '../../errors.ts';
import type { Context } from '../../llama/context.ts';
import type { Work } from '../../work/progress.ts';
import { type EditSession, maxOutputs, maxPrompts } from '../session/session.ts';
import type { Rewriting } from './rewriting.ts';

/** One pass over the prompts of an edit, seen at the layer to be edited. */
export interface LayerTrace {
  readonly trace: GraphTrace;
  /** The down-projection. */
  readonly site: TracedNode;
  /** Its inputs at the lookup tokens of the rewriting prompts. Shape [rewrites][key width]. */
  readonly keys: readonly Float64Array[];
  /** Its outputs there. Shape [rewrites][embedding]. */
  readonly values: readonly Float64Array[];
  /** All logits of the pass. Shape [outputs x vocabulary]. */
  readonly logits: Float32Array;
}

/**
 * Decodes the prefixes, then traces the rest and keeps the nodes that the twin will most likely need.
 *
 * @param kept places of further nodes to keep, in the order of computation
 */
export async function traceLayer(
  session: EditSession,
  prompts: Rewriting,
  layer: number,
  kept: Set<number>,
  work: Work = {},
): Promise<LayerTrace> {
  checkSize(session, prompts);
  const context = session.context(prompts.tokens, prompts.supervision.length);
  const ofLayer = new RegExp(`-${layer}$|^l_out-${layer - 1}$|^inp_`);
  const keep = (node: TracedNode) => kept.has(node.index) || ofLayer.test(node.struct.name);
  for (;;) {
    context.clear();
    if (prompts.prefix !== undefined) await context.decode(prompts.prefix, work.signal);
    const traced = await traceGraph(context, prompts.suffix, keep, work.signal);
    const site = findSite(traced, layer);
    const input = traced.byPointer.get(site.struct.src[1] ?? 0n);
    const missing = [site, input].find((node) => node !== undefined && node.values === undefined);
    if (input === undefined) throw new Error('the down-projection reads no computed node');
    if (missing === undefined) {
      const columns = prompts.columns.slice(0, prompts.rewrites);
      return {
        trace: traced,
        site,
        keys: columns.map((column) => columnOf(input, column)),
        values: columns.map((column) => columnOf(site, column)),
        logits: allLogits(context, prompts),
      };
    }
    kept.add(missing.index);
  }
}

function columnOf(node: TracedNode, column: number): Float64Array {
  const width = node.struct.ne[0];
  return Float64Array.from(node.values?.subarray(column * width, (column + 1) * width) ?? []);
}

function allLogits(context: Context, { suffix }: Rewriting): Float32Array {
  const vocabulary = context.model.tokenizer.size;
  const logits = new Float32Array(suffix.outputs.length * vocabulary);
  for (const [row, token] of suffix.outputs.entries()) logits.set(context.logits(token), row * vocabulary);
  return logits;
}

function checkSize({ model }: EditSession, prompts: Rewriting): void {
  const sequences = new Set(prompts.suffix.tokens.map(({ sequence }) => sequence)).size;
  if (sequences > maxPrompts || prompts.supervision.length > maxOutputs) {
    throw new InputError(
      `The edit takes ${sequences} prompts with ${prompts.supervision.length} tokens to predict; at most ${maxPrompts} and ${maxOutputs} fit. Compute fewer edits at once (--batch), protect fewer facts or shorten the target.`,
    );
  }
  const longest = Math.max(...prompts.suffix.tokens.map(({ position }) => position + 1));
  if (longest > model.contextLength) {
    throw new InputError(
      `The prompt has ${longest} tokens with its template and target, but the model's context holds ${model.contextLength}.`,
    );
  }
}
