import type { TensorInfo } from '../../protocol/gguf.ts';
import type { ModelFiles } from '../gguf/split.ts';
import { readTensorBytes } from '../gguf/tensorData.ts';
import { f32, Graph } from '../llama/graph.ts';
import { Computation, type Devices } from '../llama/scheduler.ts';
import { throwIfAborted } from '../work/turn.ts';

/** So many elements are turned at a time, in F32: 16 MB, whatever the size of the weight. */
const slice = 1 << 22;
/** Rows of a slice, which become elements of a row, are whole blocks of Q8_0. */
const block = 32;

/**
 * A weight of the file with its first two dimensions exchanged, in another type: `[columns, rows, experts]` becomes
 * `[rows, columns, experts]`. The file is read in slices of rows, since a vocabulary's weight would take gigabytes.
 */
export async function transposed(
  devices: Devices,
  files: ModelFiles,
  info: TensorInfo,
  type: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const { c } = devices.runtime;
  const [columns = 1, rows = 1, experts = 1] = info.ne;
  const sizeOf = (elements: number) => Number(c.ggml_row_size(type, elements));
  const sourceRow = info.byteLength / (rows * experts);
  const result = new Uint8Array(experts * columns * sizeOf(rows));
  const step = Math.max(block, Math.floor(slice / columns / block) * block);
  for (let expert = 0; expert < experts; expert++) {
    for (let start = 0; start < rows; start += step) {
      throwIfAborted(signal);
      const count = Math.min(step, rows - start);
      const place = {
        offset: info.offset + (expert * rows + start) * sourceRow,
        byteLength: count * sourceRow,
      };
      const raw = await readTensorBytes(files, { ...info, ...place });
      const part = await turn(devices, info.type.id, raw, columns, count, type, signal);
      for (let column = 0; column < columns; column++) {
        const at = (expert * columns + column) * sizeOf(rows) + sizeOf(start);
        result.set(part.subarray(column * sizeOf(count), (column + 1) * sizeOf(count)), at);
      }
    }
  }
  return result;
}

async function turn(
  devices: Devices,
  from: number,
  raw: Uint8Array,
  columns: number,
  rows: number,
  to: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const { runtime } = devices;
  const { c } = runtime;
  using graph = new Graph(runtime, 16);
  const weight = graph.tensor(from, columns, rows);
  using _input = devices.allocate(graph);
  const turned = graph.cont(graph.transpose(from === f32 ? weight : graph.cast(weight, f32)));
  const result = to === f32 ? turned : graph.cast(turned, to);
  c.ggml_backend_tensor_set(weight.pointer, raw, 0, raw.byteLength);
  using computation = new Computation(devices, graph, [result], 16);
  await computation.run(signal);
  const bytes = new Uint8Array(Number(c.ggml_nbytes(result.pointer)));
  c.ggml_backend_tensor_get(result.pointer, bytes, 0, bytes.byteLength);
  return bytes;
}
