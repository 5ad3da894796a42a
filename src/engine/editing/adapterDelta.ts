import type { TensorInfo } from '../../protocol/gguf.ts';
import { InputError } from '../errors.ts';
import { numberOf, readHeader } from '../gguf/header.ts';
import { expectAdapter } from '../gguf/kind.ts';
import { type ByteSource, openFile } from '../gguf/source.ts';

/** Adds a row of the weight's change to `into`. */
export type RowDelta = (row: number, into: Float32Array) => void;

/** The change that LoRA adapters together make to each weight, by the weight's name; a row at a time. */
export async function readAdapterDeltas(
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
      const a = await floats(source, info);
      const b = await floats(source, second);
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

async function floats(source: ByteSource, info: TensorInfo): Promise<Float32Array> {
  if (info.type.name !== 'f32') {
    throw new InputError(
      `${source.name} holds ${info.name} as ${info.type.name}; only F32 adapters can be baked.`,
    );
  }
  const bytes = await source.read(info.offset, info.byteLength);
  return new Float32Array(bytes.slice().buffer);
}
