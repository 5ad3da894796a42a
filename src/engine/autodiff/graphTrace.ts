import type { TokenBatch } from '../llama/batch.ts';
import type { Context } from '../llama/context.ts';
import type { Functions } from '../llama/functions.ts';
import { f32 } from '../llama/graph.ts';
import type { Pointer } from '../llama/library.ts';
import type { TappedNode } from '../llama/nodeTap.ts';
import { OriginalSources } from '../llama/originalSources.ts';
import { elements, readTensor, type TensorStruct } from '../llama/tensor.ts';

/** One operation of the traced pass. */
export interface TracedNode {
  readonly index: number;
  /** ggml's name of the operation, e.g. `MUL_MAT`. */
  readonly op: string;
  readonly struct: TensorStruct;
  /** Its value, where the trace was asked to keep it. */
  values?: Float32Array;
}

/** What the pass reads without computing it: a weight (shared), a cache (shared) or an input of this pass (copied). */
type TracedLeaf =
  | { readonly kind: 'weight' | 'cache'; readonly struct: TensorStruct }
  | { readonly kind: 'input'; readonly struct: TensorStruct; readonly data: Uint8Array };

/** The whole computation of one decode, in the order in which llama.cpp ran it. */
export interface GraphTrace {
  readonly nodes: readonly TracedNode[];
  readonly leaves: ReadonlyMap<Pointer, TracedLeaf>;
  readonly byPointer: ReadonlyMap<Pointer, TracedNode>;
}

/** Operations that move no data: their values are those of their source. */
export const viewOps: ReadonlySet<string> = new Set(['VIEW', 'RESHAPE', 'PERMUTE', 'TRANSPOSE']);

/**
 * Decodes the batch once and writes down every node that llama.cpp computes. Weights stay where they are; the inputs
 * of the pass (mask, positions, rows) are copied, since llama.cpp overwrites them with the next.
 *
 * @param context tapped, without flash attention, with a cache in F32
 * @param keep which nodes' values to keep; asked for computed F32 nodes only
 */
export async function traceGraph(
  context: Context,
  batch: TokenBatch,
  keep: (node: TracedNode, leaves: GraphTrace['leaves']) => boolean,
  signal?: AbortSignal,
): Promise<GraphTrace> {
  const { c } = context.model.runtime;
  if (context.tap === undefined) throw new Error('a trace needs a tapped context');
  const nodes: TracedNode[] = [];
  const byPointer = new Map<Pointer, TracedNode>();
  const sources = new OriginalSources(c);
  const leaves = new Map<Pointer, TracedLeaf>();
  const opNames = new Map<number, string>();
  const opName = (op: number): string => {
    const known = opNames.get(op) ?? c.ggml_op_name(op);
    opNames.set(op, known);
    return known;
  };
  const wants = (tapped: TappedNode): boolean => {
    const struct = sources.of(tapped.struct);
    const node: TracedNode = { index: nodes.length, op: opName(struct.op), struct };
    nodes.push(node);
    byPointer.set(struct.pointer, node);
    for (const source of struct.src) {
      if (source !== 0n && !byPointer.has(source) && !leaves.has(source))
        leaves.set(source, readLeaf(c, source));
    }
    return struct.type === f32 && !viewOps.has(node.op) && keep(node, leaves);
  };
  const visit = (tapped: TappedNode): void => {
    const node = byPointer.get(tapped.pointer);
    if (node !== undefined) node.values = tapped.read();
  };
  await context.tap.during({ wants, visit }, () => context.decode(batch, signal));
  return { nodes, leaves, byPointer };
}

const weightName = /\.(weight|bias|scale)(\.lora_[ab])?$/;

function readLeaf(c: Functions, pointer: Pointer): TracedLeaf {
  const struct = readTensor(c, pointer);
  if (struct.name.startsWith('cache_')) return { kind: 'cache', struct };
  if (weightName.test(struct.name)) return { kind: 'weight', struct };
  const bytes = elements(struct.ne) === 0 ? 0 : Number(c.ggml_nbytes(pointer));
  const data = new Uint8Array(bytes);
  c.ggml_backend_tensor_get(pointer, data, 0, bytes);
  return { kind: 'input', struct, data };
}
