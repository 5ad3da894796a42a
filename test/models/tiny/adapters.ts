import type { Runtime } from '../../../src/engine/llama/runtime.ts';
import { Random } from '../../../src/engine/numeric/random.ts';
import { quantise } from '../../../src/engine/weights/quantise.ts';
import { type NewTensor, type NewValue, writeGguf } from '../../../src/engine/weights/writer.ts';

export interface TinyAdapter {
  readonly architecture: string;
  /** The weights that it changes, with their shapes in ggml's order. */
  readonly weights: Readonly<Record<string, readonly number[]>>;
  readonly rank?: number;
  readonly alpha?: number;
  readonly seed?: number;
  /** ggml's numbers of the types of `lora_a` and `lora_b`. */
  readonly types?: readonly [number, number];
  /** Of the values in the factors. */
  readonly deviation?: number;
  readonly metadata?: Readonly<Record<string, NewValue>>;
}

/** Writes a LoRA adapter with random factors, laid out as llama.cpp's convert_lora_to_gguf.py does. */
export async function writeAdapter(runtime: Runtime, file: string, adapter: TinyAdapter): Promise<void> {
  const { rank = 3, seed = 1, deviation = 0.1, types = [0, 0], weights } = adapter;
  const random = new Random(seed);
  const tensor = (name: string, type: number, ne: readonly number[]): NewTensor => {
    const values = random.normals(
      ne.reduce((product, n) => product * n, 1),
      deviation,
    );
    return { name, type, ne, data: type === 0 ? values : quantise(runtime, type, values, ne) };
  };
  const tensors = Object.entries(weights).flatMap(([name, [columns = 1, rows = 1, ...matrices]]) => {
    const [a, b] = name.endsWith('token_embd.weight')
      ? [
          [rank, rows],
          [rank, columns],
        ]
      : [
          [columns, rank, ...matrices],
          [rank, rows, ...matrices],
        ];
    return [tensor(`${name}.lora_a`, types[0], a ?? []), tensor(`${name}.lora_b`, types[1], b ?? [])];
  });
  const text = (value: string): NewValue => ({ type: 'string', value });
  await writeGguf(runtime, file, {
    metadata: {
      'general.type': text('adapter'),
      'general.architecture': text(adapter.architecture),
      'adapter.type': text('lora'),
      'adapter.lora.alpha': { type: 'float32', value: adapter.alpha ?? 2 },
      ...adapter.metadata,
    },
    tensors,
  });
}
