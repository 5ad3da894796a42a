import type { TensorInfo } from '../../../protocol/gguf.ts';
import type { LoraFactors } from '../../editing/patches/loraFactors.ts';
import { isLookedUp } from '../../gguf/factors.ts';
import { f32 } from '../../llama/graph.ts';
import type { Runtime } from '../../llama/runtime.ts';
import { dequantise, quantise } from '../../weights/quantise.ts';
import type { NewTensor } from '../../weights/writer.ts';

interface Carrier {
  /** ggml's number of the type. */
  readonly type: number;
  /** How often what is left is rounded again, for an error below 1e-5. */
  readonly terms: number;
}

const q8_0: Carrier = { type: 8, terms: 2 };
const q5_1: Carrier = { type: 7, terms: 4 };
const q6_K: Carrier = { type: 14, terms: 3 };

/** For each stored type the finest one whose products round activations alike (`vec_dot_type` in ggml-cpu.c). */
function carrierOf(type: string): Carrier | undefined {
  if (/^(q4_0|q5_0|q8_0|iq4_nl)$/.test(type)) return q8_0;
  if (/^(q4_1|q5_1)$/.test(type)) return q5_1;
  return /^(q\d_K|iq\d.*)$/.test(type) ? q6_K : undefined;
}

/**
 * A weight's change B A as the tensors of an adapter. llama.cpp rounds what a quantised weight is multiplied with; an
 * adapter in F32 would see it unrounded, and so take a large rewrite out of something else than what it was in. So A is
 * stored in a type that is multiplied alike, as a sum: its rounding, the rounding of what that left, and so on. What is
 * looked up is multiplied with nothing.
 */
export function adapterOf(
  runtime: Runtime,
  { name, type }: TensorInfo,
  { rank, a, b }: LoraFactors,
): NewTensor[] {
  const width = a.length / rank;
  const height = b.length / rank;
  if (isLookedUp(name)) {
    return [
      { name: `${name}.lora_a`, type: f32, ne: [rank, height], data: b.map((x) => x * rank) },
      { name: `${name}.lora_b`, type: f32, ne: [rank, width], data: turned(a, rank) },
    ];
  }
  const { type: stored, terms } = carrierOf(type.name) ?? { type: f32, terms: 1 };
  // the scales of blocks are F16, which holds no small numbers
  const unit = a.reduce((most, x) => Math.max(most, Math.abs(x)), 0) || 1;
  const left = a.map((x) => x / unit);
  const ne = [width, rank];
  const parts: Uint8Array[] = [];
  for (let term = 0; term < terms; term++) {
    const bytes = quantise(runtime, stored, left, ne);
    parts.push(bytes);
    if (term === terms - 1) break;
    const values = dequantise(runtime, stored, bytes, ne);
    for (let i = 0; i < left.length; i++) left[i] = (left[i] as number) - (values[i] as number);
  }
  // llama.cpp scales by alpha / rank, and alpha is 1
  const all = rank * terms;
  const repeated = new Float32Array(height * all);
  for (let i = 0; i < repeated.length; i++) {
    repeated[i] = all * unit * (b[Math.floor(i / all) * rank + (i % rank)] as number);
  }
  return [
    { name: `${name}.lora_a`, type: stored, ne: [width, all], data: Buffer.concat(parts) },
    { name: `${name}.lora_b`, type: f32, ne: [all, height], data: repeated },
  ];
}

/** A matrix of `rows` rows with its columns as rows. */
function turned(matrix: Float32Array, rows: number): Float32Array {
  const columns = matrix.length / rows;
  return Float32Array.from(matrix, (_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)] as number);
}
