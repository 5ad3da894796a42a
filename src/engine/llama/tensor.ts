import type { Functions } from './functions.ts';
import type { Pointer } from './library.ts';

export type Shape = readonly [number, number, number, number];

/** `struct ggml_tensor` of ggml v0.5.0 as it lay in memory when it was read. */
export interface TensorStruct {
  readonly pointer: Pointer;
  readonly type: number;
  readonly buffer: Pointer;
  /** Elements per dimension, fastest first. */
  readonly ne: Shape;
  /** Strides in bytes. */
  readonly nb: Shape;
  readonly op: number;
  readonly opParams: Int32Array;
  /** Sources in their places; a missing one is 0n, trailing ones are cut. */
  readonly src: readonly Pointer[];
  readonly viewSrc: Pointer;
  readonly viewOffset: number;
  readonly name: string;
}

/** Offset of `buffer` in the struct. */
export const bufferAt = 8;
/** Offset of `op_params` in the struct. */
export const opParamsAt = 84;
const sourcesAt = 152;
const structSize = 336;
const nameAt = 256;
const scratch = Buffer.alloc(structSize);

/** Copies the struct out of native memory: 336 bytes, about a microsecond. */
export function readTensor(c: Functions, pointer: Pointer): TensorStruct {
  c.memcpy(scratch, pointer, structSize);
  const opParams = new Int32Array(16);
  for (let i = 0; i < 16; i++) opParams[i] = scratch.readInt32LE(opParamsAt + 4 * i);
  const src: Pointer[] = [];
  for (let i = 0; i < 10; i++) src.push(scratch.readBigUInt64LE(sourcesAt + 8 * i));
  while (src.at(-1) === 0n) src.pop();
  return {
    pointer,
    type: scratch.readInt32LE(0),
    buffer: scratch.readBigUInt64LE(bufferAt),
    ne: readFour(16),
    nb: readFour(48),
    op: scratch.readInt32LE(80),
    opParams,
    src,
    viewSrc: scratch.readBigUInt64LE(232),
    viewOffset: Number(scratch.readBigUInt64LE(240)),
    name: readCString(nameAt, 64),
  };
}

/** Only type and shape: what a graph keeps of the tensors that it makes. */
export function readShape(c: Functions, pointer: Pointer): { type: number; ne: Shape; nb: Shape } {
  c.memcpy(scratch, pointer, 80);
  return { type: scratch.readInt32LE(0), ne: readFour(16), nb: readFour(48) };
}

/** Only the name: what a tap looks at for every node. */
export function readTensorName(c: Functions, pointer: Pointer): string {
  c.memcpy(scratch, pointer + BigInt(nameAt), 64);
  return readCString(0, 64);
}

export function readFirstSource(c: Functions, pointer: Pointer): Pointer {
  c.memcpy(scratch, pointer + BigInt(sourcesAt), 8);
  return scratch.readBigUInt64LE(0);
}

export function elements(ne: Shape): number {
  return ne[0] * ne[1] * ne[2] * ne[3];
}

/** A float among `op_params`, which ggml stores bit by bit in int32 slots. */
export function floatParam(opParams: Int32Array, index: number): number {
  return new Float32Array(opParams.buffer, opParams.byteOffset + 4 * index, 1)[0] as number;
}

function readFour(at: number): Shape {
  const read = (i: number) => Number(scratch.readBigUInt64LE(at + 8 * i));
  return [read(0), read(1), read(2), read(3)];
}

function readCString(at: number, room: number): string {
  const end = scratch.indexOf(0, at);
  return scratch.toString('utf8', at, end < 0 || end > at + room ? at + room : end);
}
