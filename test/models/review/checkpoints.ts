import path from 'node:path';
import { bake } from '../../../src/engine/editing/patches/bake.ts';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import { readTensorBytes } from '../../../src/engine/gguf/tensorData.ts';
import { loadRuntime } from '../../../src/engine/llama/runtime.ts';
import { dequantise, quantise } from '../../../src/engine/weights/quantise.ts';
import { type NewTensor, type NewValue, writeGguf } from '../../../src/engine/weights/writer.ts';

export interface Remade {
  /** ggml's number of the type of all matrices; as stored unless given. */
  readonly type?: number;
  /** How much each column counts when matrices of the layers are rounded; all alike where a type needs it. */
  readonly importance?: (columns: number) => Float32Array;
  readonly change?: (name: string, values: Float32Array, columns: number) => void;
  readonly metadata?: Readonly<Record<string, NewValue>>;
  readonly order?: (tensors: NewTensor[]) => NewTensor[];
}

/** Writes a model again, changed, into `folder` and returns its path. */
export async function remake(model: string, folder: string, name: string, how: Remade): Promise<string> {
  const { type, change, importance, metadata = {}, order = (tensors) => tensors } = how;
  const runtime = await loadRuntime();
  const files = await readModelFiles(model);
  const out = path.join(folder, name);
  const tensors = files.header.tensors.map((tensor): NewTensor => {
    const stored = type === undefined || tensor.ne.length < 2 ? tensor.type.id : type;
    const data = async () => {
      const bytes = await readTensorBytes(files, tensor);
      const values = dequantise(runtime, tensor.type.id, bytes, tensor.ne);
      const before = values.slice();
      change?.(tensor.name, values, tensor.ne[0] ?? 1);
      const weighed = tensor.name.startsWith('blk.') && tensor.ne.length > 1 ? importance : undefined;
      const untouched = weighed === undefined && values.every((value, i) => Object.is(value, before[i]));
      const same = stored === tensor.type.id && untouched;
      if (same) return bytes;
      if (stored === 0) return new Uint8Array(values.buffer);
      const even = (columns: number) => new Float32Array(columns).fill(1);
      const weigh = weighed ?? (runtime.c.ggml_quantize_requires_imatrix(stored) ? even : undefined);
      if (weigh === undefined) return quantise(runtime, stored, values, tensor.ne);
      const [columns = 1] = tensor.ne;
      const rows = values.length / columns;
      const rounded = new Uint8Array(rows * Number(runtime.c.ggml_row_size(stored, columns)));
      runtime.c.ggml_quantize_chunk(stored, values, rounded, 0, rows, columns, weigh(columns));
      return rounded;
    };
    return { name: tensor.name, type: stored, ne: tensor.ne, data };
  });
  await writeGguf(runtime, out, { copyFrom: model, metadata, tensors: order(tensors) });
  return out;
}

/** Adds size · ‖W‖ · u vᵀ with fixed u and v. */
export function rankOne(values: Float32Array, columns: number, size: number): void {
  const rows = values.length / columns;
  const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  const left = Float64Array.from({ length: rows }, (_, i) => Math.sin(3 * i + 1));
  const right = Float64Array.from({ length: columns }, (_, i) => Math.cos(5 * i + 2));
  const unit = Math.sqrt(left.reduce((s, x) => s + x * x, 0) * right.reduce((s, x) => s + x * x, 0));
  for (const [row, l] of left.entries()) {
    for (const [i, r] of right.entries()) {
      values[row * columns + i] = (values[row * columns + i] ?? 0) + (size * norm * l * r) / unit;
    }
  }
}

/** The model in F32, and the same with an adapter baked in: what an adapter's review must agree with. */
export async function bakedInFloats(
  model: string,
  folder: string,
  adapter: string,
): Promise<{ readonly base: string; readonly candidate: string }> {
  const base = await remake(model, folder, `floats-${path.basename(adapter)}`, { type: 0 });
  const candidate = path.join(folder, `baked-${path.basename(adapter)}`);
  await bake(await loadRuntime(), base, [{ path: adapter, strength: 1 }], candidate);
  return { base, candidate };
}
