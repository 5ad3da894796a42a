import { createHash } from 'node:crypto';
import { openFile } from '../files/source.ts';
import { readHeader, stringOf } from '../gguf/header.ts';
import type { Runtime } from '../llama/runtime.ts';
import { writeGguf } from '../weights/writer.ts';
import { throwIfAborted, turn } from '../work/turn.ts';
import { Unfit } from './kept.ts';
import { Label, labelKey } from './label.ts';

/** A matrix of float64 or F32, by rows. */
export interface KeptMatrix {
  readonly name: string;
  readonly ne: readonly number[];
  readonly data: Float64Array | Float32Array;
}

/** What a file must hold under a name. */
export interface KeptShape {
  readonly type: 'f64' | 'f32';
  readonly ne: readonly number[];
}

const digestKey = 'palimpsest.cache.digest';
const types = { f32: 0, f64: 28 } as const;
const piece = 16 << 20;

/** Writes matrices as a GGUF file that only its user may read, with a digest of its label and its data. */
export async function writeMatrices(
  runtime: Runtime,
  file: string,
  { kind, label }: { readonly kind: string; readonly label: Label },
  matrices: readonly KeptMatrix[],
  signal?: AbortSignal,
): Promise<void> {
  const text = JSON.stringify(label);
  const digest = createHash('sha256').update(text);
  for (const { data } of matrices) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    for (let at = 0; at < bytes.length; at += piece) {
      digest.update(bytes.subarray(at, at + piece));
      await turn(signal);
    }
  }
  await writeGguf(runtime, file, {
    metadata: {
      'general.type': { type: 'string', value: kind },
      [labelKey]: { type: 'string', value: text },
      [digestKey]: { type: 'string', value: digest.digest('hex') },
    },
    tensors: matrices.map(({ name, ne, data }) => ({
      name,
      type: data instanceof Float32Array ? types.f32 : types.f64,
      ne,
      data,
    })),
    mode: 0o600,
  });
}

/**
 * Reads matrices back.
 *
 * @param shapes what must be there, by the label's numbers, in the order in which it was written
 * @throws Unfit where the file was made from something else, is of another shape or damaged
 */
export async function readMatrices(
  file: string,
  madeFrom: Label['madeFrom'],
  shapes: (numbers: Label['numbers']) => Readonly<Record<string, KeptShape>>,
  signal?: AbortSignal,
): Promise<{
  readonly numbers: Label['numbers'];
  readonly doubles: ReadonlyMap<string, Float64Array<ArrayBuffer>>;
  readonly floats: ReadonlyMap<string, Float32Array<ArrayBuffer>>;
}> {
  await using source = await openFile(file);
  const header = await readHeader(source);
  const text = stringOf(header, labelKey) ?? '';
  const label = labelIn(text);
  if (JSON.stringify(label.madeFrom) !== JSON.stringify(madeFrom))
    throw new Unfit('was made from something else');
  const digest = createHash('sha256').update(text);
  const [doubles, floats] = [
    new Map<string, Float64Array<ArrayBuffer>>(),
    new Map<string, Float32Array<ArrayBuffer>>(),
  ];
  for (const [name, { type, ne }] of Object.entries(shapes(label.numbers))) {
    const tensor = header.tensors.find((one) => one.name === name);
    const fits = tensor?.type.id === types[type] && ne.every((size, i) => tensor.ne[i] === size);
    if (tensor === undefined || !fits || tensor.elements !== ne.reduce((a, b) => a * b)) {
      throw new Unfit('is of another shape');
    }
    const data = type === 'f64' ? new Float64Array(tensor.elements) : new Float32Array(tensor.elements);
    const bytes = new Uint8Array(data.buffer);
    for (let at = 0; at < bytes.length; at += piece) {
      throwIfAborted(signal);
      const part = await source.read(tensor.offset + at, Math.min(piece, bytes.length - at));
      bytes.set(part, at);
      digest.update(part);
    }
    if (data instanceof Float64Array) doubles.set(name, data);
    else floats.set(name, data);
  }
  if (digest.digest('hex') !== stringOf(header, digestKey)) throw new Unfit('is damaged');
  return { numbers: label.numbers, doubles, floats };
}

function labelIn(text: string): Label {
  try {
    return Label.parse(JSON.parse(text));
  } catch {
    throw new Unfit('is damaged');
  }
}
