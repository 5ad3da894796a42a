import type { TensorInfo } from '../../../protocol/gguf.ts';
import type { ModelFiles } from '../../gguf/split.ts';
import { readTensorBytes } from '../../gguf/tensorData.ts';
import { f32 } from '../../llama/graph.ts';
import type { Runtime } from '../../llama/runtime.ts';
import { dequantise, quantise } from '../../weights/quantise.ts';
import { addDelta, type RowBlock, type Term } from './adapterDelta.ts';

/** What baking did to one tensor. */
export interface BakedTensor {
  readonly name: string;
  readonly type: string;
  /** ‖ΔW‖ / ‖W‖ that the patches ask for; null where W is 0. */
  readonly change: number | null;
  /** ‖stored − wanted‖ / ‖ΔW‖: how much of the change the tensor's type could not hold. */
  readonly loss: number;
}

/** Elements that are in memory as F32 at a time. */
const limit = 1 << 20;

/** A tensor with adapters in it, in its own type; block of rows by block of rows. */
export async function patchedTensor(
  runtime: Runtime,
  files: ModelFiles,
  info: TensorInfo,
  terms: readonly Term[],
  signal?: AbortSignal,
): Promise<{ bytes: Uint8Array; report: BakedTensor }> {
  const { id } = info.type;
  const [columns = 1, height = 1] = info.ne;
  const rowBytes = (columns / info.type.blockSize) * info.type.typeSize;
  const bytes = new Uint8Array(info.byteLength);
  let [weight, changed, lost] = [0, 0, 0];
  for (const block of blocksOf(info)) {
    const at = (block.matrix * height + block.first) * rowBytes;
    const part = { ...info, offset: info.offset + at, byteLength: block.count * rowBytes };
    const ne = [columns, block.count];
    const before = dequantise(runtime, id, await readTensorBytes(files, part), ne);
    const wanted = before.slice();
    await addDelta(runtime, terms, block, wanted, signal);
    const stored = id === f32 ? new Uint8Array(wanted.buffer) : quantise(runtime, id, wanted, ne);
    const kept = dequantise(runtime, id, stored, ne);
    weight += squaredDistance(before, new Float32Array(before.length));
    changed += squaredDistance(wanted, before);
    lost += squaredDistance(kept, wanted);
    bytes.set(stored, at);
  }
  const change = weight === 0 ? null : Math.sqrt(changed / weight);
  const loss = changed === 0 ? 0 : Math.sqrt(lost / changed);
  return { bytes, report: { name: info.name, type: info.type.name, change, loss } };
}

function* blocksOf({ ne: [columns = 1, height = 1, ...matrices] }: TensorInfo): Generator<RowBlock> {
  const rows = Math.max(1, Math.floor(limit / columns));
  for (let matrix = 0; matrix < matrices.reduce((product, n) => product * n, 1); matrix++) {
    for (let first = 0; first < height; first += rows) {
      yield { matrix, first, count: Math.min(rows, height - first) };
    }
  }
}

/** ‖a − b‖² */
function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
  return sum;
}
