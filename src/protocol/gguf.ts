/** What a GGUF header says, as it crosses to a webview: plain data that survives a structured clone. */

/** One of ggml's tensor types: `blockSize` elements are stored together in `typeSize` bytes. */
export interface GgmlType {
  /** The number in the file, ggml's `enum ggml_type`. */
  readonly id: number;
  /** ggml's own name, as `ggml_type_name` spells it: `f32`, `q4_1`, `q4_K`. */
  readonly name: string;
  readonly blockSize: number;
  readonly typeSize: number;
}

export interface TensorInfo {
  readonly name: string;
  readonly type: GgmlType;
  /** Elements per dimension in ggml's order (`ne[0]` runs fastest), 1 to 4 of them as stored. */
  readonly ne: readonly number[];
  readonly elements: number;
  /** Where the data begins, in bytes from the beginning of its file. */
  readonly offset: number;
  readonly byteLength: number;
  /** Which file of a split model holds the data, from 0. */
  readonly part: number;
}

export type ScalarType =
  | 'uint8'
  | 'int8'
  | 'uint16'
  | 'int16'
  | 'uint32'
  | 'int32'
  | 'float32'
  | 'bool'
  | 'string'
  | 'uint64'
  | 'int64'
  | 'float64';

export type Scalar = number | bigint | boolean | string;

/** A metadata value. 64-bit integers are bigints; everything else is what its type says. */
export type MetadataValue =
  | { readonly type: Exclude<ScalarType, 'uint64' | 'int64' | 'bool' | 'string'>; readonly value: number }
  | { readonly type: 'uint64' | 'int64'; readonly value: bigint }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }
  | LongString
  | MetadataArray;

/** A string of which only the beginning is held: some files carry a tokenizer's whole JSON, tens of megabytes. */
export interface LongString {
  readonly type: 'long string';
  /** The first characters, at most 4096 bytes of them. */
  readonly head: string;
  /** Where the text lies, in bytes from the beginning of the file. */
  readonly offset: number;
  readonly byteLength: number;
}

/** An array, of which only the first items are held: a vocabulary has hundreds of thousands. */
export interface MetadataArray {
  readonly type: 'array';
  readonly items: ScalarType;
  readonly length: number;
  /** The first items, at most 1024. */
  readonly head: readonly Scalar[];
  /** Where the first item lies, in bytes from the beginning of the file. */
  readonly offset: number;
  readonly byteLength: number;
}

export interface GgufHeader {
  /** The file's name, as errors and titles show it. */
  readonly name: string;
  readonly version: 2 | 3;
  readonly alignment: number;
  readonly metadata: ReadonlyMap<string, MetadataValue>;
  readonly tensors: readonly TensorInfo[];
  /** Where the header ends and the first tensor's data begins, in bytes. */
  readonly dataOffset: number;
  readonly fileSize: number;
}

/** What a GGUF file is for. */
export type GgufKind =
  | 'model'
  | 'adapter'
  | 'projector'
  | 'vocabulary'
  | 'control vector'
  | 'importance matrix';
