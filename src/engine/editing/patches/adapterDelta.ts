import type { TensorInfo } from '../../../protocol/gguf.ts';
import { InputError } from '../../errors.ts';
import { numberOf, readHeader } from '../../gguf/header.ts';
import { expectAdapter } from '../../gguf/kind.ts';
import { dequantise } from '../../gguf/quantise.ts';
import { type ByteSource, openFile } from '../../gguf/source.ts';
import type { Runtime } from '../../llama/runtime.ts';

/** Adds a row of the weight's change to `into`. */
export type RowDelta = (row: number, into: Float32Array) => void;

/** The change that LoRA adapters together make to each weight, by the weight's name; a row at a time. */
export async function readAdapterDeltas(
  runtime: Runtime,
  patches: readonly { readonly path: string; readonly strength: number }[],
): Promise<Map<string, RowDelta>> {
  const deltas = new Map<string, RowDelta>();
  for (const { path, strength } of patches) {
    if (strength === 0) continue;
    await using source = await openFile(path);
    const header = await readHeader(source);
    expectAdapter(header);
    const alpha = numberOf(header, 'adapter.lora.alpha') ?? 0;
    const byName = new Map(header.tensors.map((info) => [info.name, info]));
    for (const info of header.tensors) {
      if (!info.name.endsWith('.lora_a')) continue;
      const target = info.name.slice(0, -'.lora_a'.length);
      const second = byName.get(`${target}.lora_b`);
      if (second === undefined) throw new InputError(`${path} has ${info.name} but no ${target}.lora_b.`);
      const a = await floats(runtime, source, info);
      const b = await floats(runtime, source, second);
      const [width = 1, rank = 1] = info.ne;
      // as llama.cpp scales an adapter (llama_adapter_lora_weight::get_scale)
      const scale = alpha === 0 ? strength : (strength * alpha) / rank;
      const earlier = deltas.get(target);
      deltas.set(target, (row, into) => {
        earlier?.(row, into);
        for (let r = 0; r < rank; r++) {
          const factor = scale * (b[row * rank + r] ?? 0);
          for (let i = 0; i < width; i++) into[i] = (into[i] ?? 0) + factor * (a[r * width + i] ?? 0);
        }
      });
    }
  }
  return deltas;
}

async function floats(runtime: Runtime, source: ByteSource, info: TensorInfo): Promise<Float32Array> {
  return dequantise(runtime, info.type.id, await source.read(info.offset, info.byteLength), info.ne);
}
