import type { Functions } from './functions.ts';
import type { GraphFunctions } from './graphFunctions.ts';
import type { Pointer } from './library.ts';
import { Owned } from './owned.ts';
import type { Runtime } from './runtime.ts';
import { bufferAt, opParamsAt, readShape, type Shape } from './tensor.ts';

/** A tensor of a graph: where its struct lies and what shape it has. Strides are in bytes. */
export interface Tensor {
  readonly pointer: Pointer;
  readonly type: number;
  readonly ne: Shape;
  readonly nb: Shape;
}

export const f32 = 0;
export const i32 = 26;

/** The parameters of a rotary embedding, as `ggml_rope_ext` takes them. */
export interface Rope {
  readonly dims: number;
  readonly mode: number;
  readonly originalContext: number;
  readonly base: number;
  readonly scale: number;
  readonly extFactor: number;
  readonly attnFactor: number;
  readonly betaFast: number;
  readonly betaSlow: number;
}

/**
 * ggml operations as methods, over a ggml context that holds structs only: the data is allocated later, in the
 * buffers of a backend. Shapes are ggml's (fastest dimension first); a shape that ggml does not take aborts the
 * process, so callers check what comes from a file.
 */
export class Graph extends Owned {
  readonly #c: Functions;
  readonly #g: GraphFunctions;

  /** @param room how many tensors fit in */
  constructor(runtime: Runtime, room: number) {
    const { c } = runtime;
    const bytes = room * (c.ggml_tensor_overhead() + 64) + c.ggml_graph_overhead_custom(room, false);
    const pointer = c.ggml_init({ mem_size: bytes, mem_buffer: null, no_alloc: true });
    if (pointer === null) throw new Error('ggml has no memory for a graph');
    super(pointer, c.ggml_free);
    this.#c = c;
    this.#g = runtime.graphFunctions;
  }

  tensor(type: number, ...ne: number[]): Tensor {
    const shape = BigInt64Array.from([0, 1, 2, 3], (i) => BigInt(ne[i] ?? 1));
    return this.#wrap(this.#c.ggml_new_tensor(this.pointer, type, 4, shape));
  }

  /** A tensor that somebody else owns, e.g. a weight of the model. */
  borrow(pointer: Pointer): Tensor {
    return this.#wrap(pointer);
  }

  /** Says that `tensor` lies in `buffer`, so that a device can be asked whether it could compute with it there. */
  pretendIn(tensor: Tensor, buffer: Pointer): void {
    this.#c.memcpy(tensor.pointer + BigInt(bufferAt), BigUint64Array.of(buffer), 8);
  }

  add(a: Tensor, b: Tensor): Tensor {
    return this.#wrap(this.#g.ggml_add(this.pointer, a.pointer, b.pointer));
  }
  addId(a: Tensor, b: Tensor, ids: Tensor): Tensor {
    return this.#wrap(this.#g.ggml_add_id(this.pointer, a.pointer, b.pointer, ids.pointer));
  }
  sub(a: Tensor, b: Tensor): Tensor {
    return this.#wrap(this.#g.ggml_sub(this.pointer, a.pointer, b.pointer));
  }
  mul(a: Tensor, b: Tensor): Tensor {
    return this.#wrap(this.#g.ggml_mul(this.pointer, a.pointer, b.pointer));
  }
  div(a: Tensor, b: Tensor): Tensor {
    return this.#wrap(this.#g.ggml_div(this.pointer, a.pointer, b.pointer));
  }
  /** a * scale + bias */
  scale(a: Tensor, scale: number, bias = 0): Tensor {
    return this.#wrap(
      bias === 0
        ? this.#g.ggml_scale(this.pointer, a.pointer, scale)
        : this.#g.ggml_scale_bias(this.pointer, a.pointer, scale, bias),
    );
  }
  sqr(a: Tensor): Tensor {
    return this.#wrap(this.#g.ggml_sqr(this.pointer, a.pointer));
  }
  sqrt(a: Tensor): Tensor {
    return this.#wrap(this.#g.ggml_sqrt(this.pointer, a.pointer));
  }
  log(a: Tensor): Tensor {
    return this.#wrap(this.#g.ggml_log(this.pointer, a.pointer));
  }
  clamp(a: Tensor, min: number, max: number): Tensor {
    return this.#wrap(this.#g.ggml_clamp(this.pointer, a.pointer, min, max));
  }
  step(a: Tensor): Tensor {
    return this.#wrap(this.#g.ggml_step(this.pointer, a.pointer));
  }
  unary(a: Tensor, op: number): Tensor {
    return this.#wrap(this.#g.ggml_unary(this.pointer, a.pointer, op));
  }
  tanh(a: Tensor): Tensor {
    return this.#wrap(this.#g.ggml_tanh(this.pointer, a.pointer));
  }
  exp(a: Tensor): Tensor {
    return this.#wrap(this.#g.ggml_exp(this.pointer, a.pointer));
  }
  sigmoid(a: Tensor): Tensor {
    return this.#wrap(this.#g.ggml_sigmoid(this.pointer, a.pointer));
  }
  silu(a: Tensor): Tensor {
    return this.#wrap(this.#g.ggml_silu(this.pointer, a.pointer));
  }
  siluBack(gradient: Tensor, x: Tensor): Tensor {
    return this.#wrap(this.#g.ggml_silu_back(this.pointer, gradient.pointer, x.pointer));
  }
  /** Gate and up in one tensor (first dimension halved). */
  glu(a: Tensor, op: number, swapped: boolean): Tensor {
    return this.#wrap(this.#g.ggml_glu(this.pointer, a.pointer, op, swapped));
  }
  gluSplit(gate: Tensor, up: Tensor, op: number): Tensor {
    return this.#wrap(this.#g.ggml_glu_split(this.pointer, gate.pointer, up.pointer, op));
  }

  sumRows(a: Tensor): Tensor {
    return this.#wrap(this.#g.ggml_sum_rows(this.pointer, a.pointer));
  }
  mean(a: Tensor): Tensor {
    return this.#wrap(this.#g.ggml_mean(this.pointer, a.pointer));
  }
  repeat(a: Tensor, like: Tensor): Tensor {
    return this.#wrap(this.#g.ggml_repeat(this.pointer, a.pointer, like.pointer));
  }
  /** Sums what `repeat` to `a`'s shape would have copied. */
  repeatBack(a: Tensor, like: Tensor): Tensor {
    return this.#wrap(this.#g.ggml_repeat_back(this.pointer, a.pointer, like.pointer));
  }
  fill(like: Tensor, value: number): Tensor {
    return this.#wrap(this.#g.ggml_fill(this.pointer, like.pointer, value));
  }
  concat(a: Tensor, b: Tensor, dim: number): Tensor {
    return this.#wrap(this.#g.ggml_concat(this.pointer, a.pointer, b.pointer, dim));
  }

  norm(a: Tensor, epsilon: number): Tensor {
    return this.#wrap(this.#g.ggml_norm(this.pointer, a.pointer, epsilon));
  }
  rmsNorm(a: Tensor, epsilon: number): Tensor {
    return this.#wrap(this.#g.ggml_rms_norm(this.pointer, a.pointer, epsilon));
  }
  rmsNormBack(gradient: Tensor, x: Tensor, epsilon: number): Tensor {
    return this.#wrap(this.#g.ggml_rms_norm_back(this.pointer, gradient.pointer, x.pointer, epsilon));
  }
  /** Contracts the first dimension of both: a [k, m], b [k, n] -> [m, n]; a is repeated over b's outer dimensions. */
  mulMat(a: Tensor, b: Tensor): Tensor {
    return this.#wrap(this.#g.ggml_mul_mat(this.pointer, a.pointer, b.pointer));
  }
  /** Gives a node the exact parameters of another of the same operation (precision, hints). */
  withParams(node: Tensor, opParams: Int32Array): Tensor {
    this.#c.memcpy(node.pointer + BigInt(opParamsAt), opParams, opParams.byteLength);
    return node;
  }
  mulMatId(a: Tensor, b: Tensor, ids: Tensor): Tensor {
    return this.#wrap(this.#g.ggml_mul_mat_id(this.pointer, a.pointer, b.pointer, ids.pointer));
  }
  /** a [k, n], b [m, n] -> [k, m] */
  outProd(a: Tensor, b: Tensor): Tensor {
    return this.#wrap(this.#g.ggml_out_prod(this.pointer, a.pointer, b.pointer));
  }
  softMax(a: Tensor): Tensor {
    return this.#wrap(this.#g.ggml_soft_max(this.pointer, a.pointer));
  }
  softMaxExt(a: Tensor, mask: Tensor | undefined, scale: number, maxBias: number): Tensor {
    return this.#wrap(
      this.#g.ggml_soft_max_ext(this.pointer, a.pointer, mask?.pointer ?? null, scale, maxBias),
    );
  }
  softMaxSinks(softMax: Tensor, sinks: Tensor): void {
    this.#g.ggml_soft_max_add_sinks(softMax.pointer, sinks.pointer);
  }
  softMaxBack(gradient: Tensor, output: Tensor, scale: number): Tensor {
    return this.#wrap(
      this.#g.ggml_soft_max_ext_back(this.pointer, gradient.pointer, output.pointer, scale, 0),
    );
  }
  rope(a: Tensor, positions: Tensor, factors: Tensor | undefined, rope: Rope): Tensor {
    return this.#wrap(
      this.#g.ggml_rope_ext(this.pointer, ...this.#ropeArguments(a, positions, factors, rope)),
    );
  }
  ropeBack(a: Tensor, positions: Tensor, factors: Tensor | undefined, rope: Rope): Tensor {
    return this.#wrap(
      this.#g.ggml_rope_ext_back(this.pointer, ...this.#ropeArguments(a, positions, factors, rope)),
    );
  }
  argsort(a: Tensor, order: number): Tensor {
    return this.#wrap(this.#g.ggml_argsort(this.pointer, a.pointer, order));
  }

  /** The place of the largest number of each row, the last of equals. */
  argmax(a: Tensor): Tensor {
    return this.#wrap(this.#g.ggml_argmax(this.pointer, a.pointer));
  }

  getRows(a: Tensor, rows: Tensor): Tensor {
    return this.#wrap(this.#g.ggml_get_rows(this.pointer, a.pointer, rows.pointer));
  }
  getRowsBack(gradient: Tensor, rows: Tensor, like: Tensor): Tensor {
    return this.#wrap(this.#g.ggml_get_rows_back(this.pointer, gradient.pointer, rows.pointer, like.pointer));
  }
  /** Writes rows of `source` into `target` (in place) and returns the changed target. */
  setRows(target: Tensor, source: Tensor, rows: Tensor): Tensor {
    return this.#wrap(this.#g.ggml_set_rows(this.pointer, target.pointer, source.pointer, rows.pointer));
  }
  /** A copy of `a` with `b` added at the strides and offset (bytes) of a view. */
  acc(a: Tensor, b: Tensor, nb1: number, nb2: number, nb3: number, offset: number): Tensor {
    return this.#wrap(this.#g.ggml_acc(this.pointer, a.pointer, b.pointer, nb1, nb2, nb3, offset));
  }
  cast(a: Tensor, type: number): Tensor {
    return this.#wrap(this.#g.ggml_cast(this.pointer, a.pointer, type));
  }
  copyInto(a: Tensor, target: Tensor): Tensor {
    return this.#wrap(this.#g.ggml_cpy(this.pointer, a.pointer, target.pointer));
  }
  cont(a: Tensor, ne: Shape = a.ne): Tensor {
    return this.#wrap(this.#g.ggml_cont_4d(this.pointer, a.pointer, ...ne));
  }
  reshape(a: Tensor, ne: Shape): Tensor {
    return this.#wrap(this.#g.ggml_reshape_4d(this.pointer, a.pointer, ...ne));
  }
  /** Strides and offset in bytes. */
  view(a: Tensor, ne: Shape, nb: Shape, offset: number): Tensor {
    return this.#wrap(this.#g.ggml_view_4d(this.pointer, a.pointer, ...ne, nb[1], nb[2], nb[3], offset));
  }
  /** Dimension i of `a` becomes dimension axes[i]. */
  permute(a: Tensor, axes: Shape): Tensor {
    return this.#wrap(this.#g.ggml_permute(this.pointer, a.pointer, ...axes));
  }
  transpose(a: Tensor): Tensor {
    return this.#wrap(this.#g.ggml_transpose(this.pointer, a.pointer));
  }

  #ropeArguments(a: Tensor, positions: Tensor, factors: Tensor | undefined, rope: Rope) {
    return [
      a.pointer,
      positions.pointer,
      factors?.pointer ?? null,
      rope.dims,
      rope.mode,
      rope.originalContext,
      rope.base,
      rope.scale,
      rope.extFactor,
      rope.attnFactor,
      rope.betaFast,
      rope.betaSlow,
    ] as const;
  }

  #wrap(pointer: Pointer): Tensor {
    return { pointer, ...readShape(this.#c, pointer) };
  }
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.every((n, i) => n === b[i]);
}

export function isContiguous({ ne, nb }: Tensor): boolean {
  return nb[1] === nb[0] * ne[0] && nb[2] === nb[1] * ne[1] && nb[3] === nb[2] * ne[2];
}
