import type { TensorInfo } from '../../../protocol/gguf.ts';
import { InputError } from '../../errors.ts';
import { dequantise, quantise } from '../../gguf/quantise.ts';
import { type ModelFiles, readModelFiles } from '../../gguf/split.ts';
import { readTensorBytes } from '../../gguf/tensorData.ts';
import { writeGguf } from '../../gguf/writer.ts';
import { f32 } from '../../llama/graph.ts';
import type { Runtime } from '../../llama/runtime.ts';
import type { Work } from '../../progress.ts';
import { readAdapterDeltas } from './adapterDelta.ts';

export interface BakePatch {
  readonly path: string;
  readonly strength: number;
}

/** What baking did to one tensor. */
export interface BakedTensor {
  readonly name: string;
  readonly type: string;
  /** ‖ΔW‖ / ‖W‖ that the patches ask for. */
  readonly change: number;
  /** ‖stored − wanted‖ / ‖ΔW‖: how much of the change the tensor's type could not hold. */
  readonly loss: number;
}

/**
 * Writes a full checkpoint with the patches in its weights: each patched tensor is taken to F32, changed, and put back
 * into its own type by ggml; all others are copied byte for byte.
 *
 * @throws InputError when `out` is one of the model's own files, or a patched type cannot be written without an
 *   importance matrix
 */
export async function bake(
  runtime: Runtime,
  model: string,
  patches: readonly BakePatch[],
  out: string,
  work: Work = {},
): Promise<BakedTensor[]> {
  const files = await readModelFiles(model, work);
  const [first] = files.paths;
  if (first === undefined) throw new Error('a model without files');
  const deltas = await readAdapterDeltas(runtime, patches);
  for (const name of deltas.keys()) {
    if (!files.header.tensors.some((tensor) => tensor.name === name)) {
      throw new InputError(`The patches change ${name}, which ${model} does not have.`);
    }
  }
  const baked: BakedTensor[] = [];
  await writeGguf(
    runtime,
    out,
    {
      copyFrom: first,
      metadata: {},
      protect: files.paths,
      tensors: files.header.tensors.map((info) => ({
        name: info.name,
        type: info.type.id,
        ne: info.ne,
        data: async () => {
          const delta = deltas.get(info.name);
          if (delta === undefined) return readTensorBytes(files, info);
          const { bytes, report } = await patched(runtime, files, info, delta);
          baked.push(report);
          return bytes;
        },
      })),
    },
    work,
  );
  return baked;
}

async function patched(
  runtime: Runtime,
  files: ModelFiles,
  info: TensorInfo,
  delta: (row: number, into: Float32Array) => void,
): Promise<{ bytes: Uint8Array; report: BakedTensor }> {
  const before = dequantise(runtime, info.type.id, await readTensorBytes(files, info), info.ne);
  const [width = 1] = info.ne;
  const wanted = before.slice();
  for (let row = 0; row * width < wanted.length; row++) {
    delta(row, wanted.subarray(row * width, (row + 1) * width));
  }
  const bytes =
    info.type.id === f32 ? new Uint8Array(wanted.buffer) : quantise(runtime, info.type.id, wanted, info.ne);
  const stored = dequantise(runtime, info.type.id, bytes, info.ne);
  const change = distance(wanted, before);
  return {
    bytes,
    report: {
      name: info.name,
      type: info.type.name,
      change: change / distance(before, new Float32Array(before.length)),
      loss: change === 0 ? 0 : distance(stored, wanted) / change,
    },
  };
}

/** ‖a − b‖ */
function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return Math.sqrt(sum);
}
