import source from './extremes.wat';

/** What the elements of a difference are at most. */
export interface Extremes {
  /** The largest |value|. */
  readonly max: number;
  readonly nonZero: number;
}

const { memory, start, scan } = new WebAssembly.Instance(new WebAssembly.Module(source)).exports as {
  memory: WebAssembly.Memory;
  /** Where the values begin. */
  start: { readonly value: number };
  scan: (end: number) => void;
};

/** @param fill writes the values, `count` of them, into the memory that they are scanned in */
export function extremesOf(count: number, fill: (values: Float32Array) => void): Extremes {
  const padded = Math.ceil(count / 4) * 4;
  const missing = start.value + 4 * padded - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65536));
  const values = new Float32Array(memory.buffer, start.value, padded);
  fill(values.subarray(0, count));
  values.fill(0, count);
  scan(start.value + values.byteLength);
  const magnitudes = new Float32Array(memory.buffer, 0, 4);
  const zeros = new Int32Array(memory.buffer, 16, 4).reduce((sum, lane) => sum + lane, 0);
  return { max: Math.max(...magnitudes), nonZero: padded - zeros };
}
