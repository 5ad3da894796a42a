import type { Supervision } from '../../../src/engine/autodiff/loss.ts';
import type { TapeEntry, Twin } from '../../../src/engine/autodiff/twin.ts';
import type { Functions } from '../../../src/engine/llama/functions.ts';
import type { Pointer } from '../../../src/engine/llama/library.ts';
import { readTensor, type Shape } from '../../../src/engine/llama/tensor.ts';
import { dense, type Float64Tensor } from './array.ts';
import { formulas } from './formulas.ts';

/**
 * The twin's tape in double precision: the same operations on the same weights, with exact formulas instead of ggml's
 * tables and roundings. What it computes is smooth, so that central differences of it are good to many digits.
 */
export class Reference {
  readonly #c: Functions;
  readonly #twin: Twin;
  readonly #site: Float64Array;
  readonly #roots = new Map<Pointer, Float64Array>();

  /** @param site the traced value of the edited node */
  constructor(c: Functions, twin: Twin, site: Float32Array) {
    this.#c = c;
    this.#twin = twin;
    this.#site = Float64Array.from(site);
  }

  /** The logits when `delta` is added to the edited node at `columns`. Shape [rows x vocabulary]. */
  logits(delta: Float64Array, columns: readonly number[]): Float64Array {
    const { site, tape } = this.#twin;
    const edited = this.#site.slice();
    for (const column of columns) {
      for (const [i, x] of delta.entries())
        edited[column * delta.length + i] = (edited[column * delta.length + i] ?? 0) + x;
    }
    const values = new Map<Pointer, Float64Tensor>([[site.pointer, dense(edited, site.ne)]]);
    let last: Float64Array = edited;
    for (const entry of tape) {
      const sources = entry.inputs.map((input) =>
        input === undefined ? undefined : (values.get(input.pointer) ?? this.#leaf(input.pointer)),
      );
      const result = this.#apply(entry, sources);
      values.set(entry.output.pointer, result);
      last = result.data;
    }
    return last;
  }

  #apply(
    { struct, sources: structs }: TapeEntry,
    sources: readonly (Float64Tensor | undefined)[],
  ): Float64Tensor {
    const op = this.#c.ggml_op_name(struct.op);
    const [first] = sources;
    if (op === 'VIEW' && first !== undefined) {
      const [source] = structs;
      const before = source !== undefined && source.viewSrc !== 0n ? source.viewOffset : 0;
      return {
        data: first.data,
        ne: struct.ne,
        strides: inElements(struct.nb, 4),
        at: first.at + (struct.viewOffset - before) / 4,
      };
    }
    const formula = formulas[op];
    if (formula === undefined) throw new Error(`no formula for ${op}`);
    return formula(sources, struct);
  }

  /** A weight, a cache, a constant of the twin or a view of one. */
  #leaf(pointer: Pointer): Float64Tensor {
    const struct = readTensor(this.#c, pointer);
    const root = struct.viewSrc === 0n ? pointer : struct.viewSrc;
    const size = struct.type === i64 ? 8 : 4;
    return {
      data: this.#root(root),
      ne: struct.ne,
      strides: inElements(struct.nb, size),
      at: struct.viewOffset / size,
    };
  }

  #root(pointer: Pointer): Float64Array {
    const known = this.#roots.get(pointer);
    if (known !== undefined) return known;
    const { type } = readTensor(this.#c, pointer);
    const bytes = new Uint8Array(Number(this.#c.ggml_nbytes(pointer)));
    this.#c.ggml_backend_tensor_get(pointer, bytes, 0, bytes.byteLength);
    const values = numbers(type, bytes.buffer);
    this.#roots.set(pointer, values);
    return values;
  }
}

const [f32, i32, i64] = [0, 26, 27];

function numbers(type: number, buffer: ArrayBuffer): Float64Array {
  if (type === f32) return Float64Array.from(new Float32Array(buffer));
  if (type === i32) return Float64Array.from(new Int32Array(buffer));
  if (type === i64) return Float64Array.from(new BigInt64Array(buffer), Number);
  throw new Error(`the reference computes no tensors of type ${type}`);
}

function inElements([a, b, c, d]: Shape, size: number): Shape {
  return [a / size, b / size, c / size, d / size];
}

/** The objective's loss of logits, from its definition: weighted NLL of targets plus weighted KL(now || before). */
export function loss(
  logits: Float64Array,
  before: Float64Array,
  supervision: readonly Supervision[],
): { nll: number; kl: number } {
  const width = before.length / supervision.length;
  let [nll, kl] = [0, 0];
  for (const [index, row] of supervision.entries()) {
    const now = logProbabilities(logits.subarray(index * width, (index + 1) * width));
    if (row.kind === 'target') {
      nll -= row.weight * (now[row.token] ?? Number.NaN);
    } else {
      const then = logProbabilities(before.subarray(index * width, (index + 1) * width));
      kl += row.weight * now.reduce((sum, x, i) => sum + Math.exp(x) * (x - (then[i] ?? Number.NaN)), 0);
    }
  }
  return { nll, kl };
}

function logProbabilities(values: Float64Array): Float64Array {
  const max = values.reduce((most, x) => Math.max(most, x));
  const sum = values.reduce((total, x) => total + Math.exp(x - max), 0);
  return values.map((x) => x - max - Math.log(sum));
}
