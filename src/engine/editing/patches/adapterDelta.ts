import type { GgufHeader, TensorInfo } from '../../../protocol/gguf.ts';
import { alphaOf, expectFits } from '../../gguf/adapter.ts';
import { type FactorPair, factorPairs, isLookedUp } from '../../gguf/factors.ts';
import { readHeader } from '../../gguf/header.ts';
import { expectAdapter } from '../../gguf/kind.ts';
import { dequantise } from '../../gguf/quantise.ts';
import { openFile } from '../../gguf/source.ts';
import { f32, Graph, type Tensor } from '../../llama/graph.ts';
import type { Runtime } from '../../llama/runtime.ts';
import { Computation, type Devices } from '../../llama/scheduler.ts';

/** What one adapter adds to a weight, and where its factors are read from. */
export interface Term {
  readonly path: string;
  readonly pair: FactorPair;
  /** What the product of the factors is multiplied with. */
  readonly scale: number;
}

/** Rows of one of a weight's matrices. */
export interface RowBlock {
  /** Which matrix; experts have one each. */
  readonly matrix: number;
  readonly first: number;
  readonly count: number;
}

/**
 * What LoRA adapters together add to each weight, by the weight's name.
 *
 * @throws InputError for a file that is no adapter, or one for another model
 */
export async function adapterTerms(
  patches: readonly { readonly path: string; readonly strength: number }[],
  model: GgufHeader,
): Promise<Map<string, Term[]>> {
  const terms = new Map<string, Term[]>();
  for (const { path, strength } of patches) {
    if (strength === 0) continue;
    await using source = await openFile(path);
    const header = await readHeader(source);
    expectAdapter(header);
    expectFits(header, model);
    const alpha = alphaOf(header);
    for (const pair of factorPairs(header)) {
      // as llama.cpp scales an adapter (llama_adapter_lora_weight::get_scale)
      const scale = alpha === 0 ? strength : (strength * alpha) / pair.rank;
      terms.set(pair.weight, [...(terms.get(pair.weight) ?? []), { path, pair, scale }]);
    }
  }
  return terms;
}

/** ΔW of a block of rows, shape [count x columns]: the products by ggml in F32, their sum in F32. */
export async function deltaOf(
  devices: Devices,
  terms: readonly Term[],
  block: RowBlock,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const [columns] = terms[0]?.pair.ne ?? [0];
  const sum = new Float32Array(block.count * columns);
  for (const term of terms) {
    const product = await productOf(devices, term, block, signal);
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + term.scale * (product[i] as number);
  }
  return sum;
}

async function productOf(
  devices: Devices,
  { path, pair }: Term,
  { matrix, first, count }: RowBlock,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const { runtime } = devices;
  const { c } = runtime;
  const { weight, rank } = pair;
  const [columns, height] = pair.ne;
  const lookedUp = isLookedUp(weight);
  const shape = lookedUp ? [rank, columns] : [columns, rank];
  const rowValues = await read(runtime, path, pair.rows, matrix * height + first, [rank, count]);
  const columnValues = await read(runtime, path, pair.columns, matrix * (shape[1] ?? 0), shape);

  using graph = new Graph(runtime, 16);
  const rows = graph.tensor(f32, rank, count);
  const own = graph.tensor(f32, ...shape);
  using _inputs = devices.allocate(graph);
  const product = graph.mulMat(lookedUp ? own : graph.cont(graph.transpose(own)), rows);
  const set = (tensor: Tensor, values: Float32Array) =>
    c.ggml_backend_tensor_set(tensor.pointer, values, 0, values.byteLength);
  set(rows, rowValues);
  set(own, columnValues);
  using computation = new Computation(devices, graph, [product], 16);
  await computation.run(signal);
  const values = new Float32Array(count * columns);
  c.ggml_backend_tensor_get(product.pointer, values, 0, values.byteLength);
  return values;
}

/** A part of a factor of shape `ne`, from the row `from` on, all matrices counted through. */
async function read(
  runtime: Runtime,
  path: string,
  { type, ne: [width = 1], offset }: TensorInfo,
  from: number,
  ne: readonly number[],
): Promise<Float32Array> {
  await using source = await openFile(path);
  const row = (width / type.blockSize) * type.typeSize;
  const [, rows = 1] = ne;
  return dequantise(runtime, type.id, await source.read(offset + from * row, rows * row), ne);
}
