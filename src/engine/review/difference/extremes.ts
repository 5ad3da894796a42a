/** What the elements of a difference are at most. */
export interface Extremes {
  /** The largest |value|. */
  readonly max: number;
  readonly nonZero: number;
}

/** Where the values begin: what is found lies before them, four lanes of each. */
const start = 32;

const lanes = (value: number) =>
  [0, 1, 2, 3].flatMap(() => [0, 8, 16, 24].map((by) => (value >>> by) & 0xff));
const section = (id: number, ...bytes: number[]) => [id, bytes.length, ...bytes];
const named = (name: string, ...what: number[]) => [name.length, ...Buffer.from(name), ...what];

/**
 * `scan(end)` in WebAssembly, four elements at a time, several times faster than JavaScript. Floats without their sign are
 * ordered as their bits are, so they are compared as integers. Locals: 0 end, 1 at, 2 max, 3 zeros, 4 size.
 */
// biome-ignore format: one instruction a line
const body = [
  2, 1, 0x7f, 3, 0x7b,                      // (local i32) (local v128 v128 v128)
  0x41, start, 0x21, 1,                     // at = start
  0x03, 0x40,                               // loop
  0x20, 1, 0xfd, 0x00, 4, 0,                //   v128.load at
  0xfd, 0x0c, ...lanes(0x7fffffff),         //   v128.const
  0xfd, 0x4e, 0x22, 4,                      //   size = v128.and
  0x20, 2, 0xfd, 0xb8, 0x01, 0x21, 2,       //   max = i32x4.max_s(size, max)
  0x20, 3, 0x20, 4,
  0xfd, 0x0c, ...lanes(0),
  0xfd, 0x37, 0xfd, 0xb1, 0x01, 0x21, 3,    //   zeros = i32x4.sub(zeros, i32x4.eq(size, 0)), where true is -1
  0x20, 1, 0x41, 16, 0x6a, 0x22, 1,         //   at += 16
  0x20, 0, 0x49, 0x0d, 0,                   //   br_if at < end
  0x0b,                                     // end
  0x41, 0, 0x20, 2, 0xfd, 0x0b, 4, 0,       // v128.store 0, max
  0x41, 16, 0x20, 3, 0xfd, 0x0b, 4, 0,      // v128.store 16, zeros
  0x0b,
];

// biome-ignore format: one section a line
const binary = Uint8Array.from([
  0, ...Buffer.from('asm'), 1, 0, 0, 0,
  ...section(1, 1, 0x60, 1, 0x7f, 0),                               // one type, (param i32)
  ...section(3, 1, 0),                                              // one function of it
  ...section(5, 1, 0, 1),                                           // one memory of at least a page
  ...section(7, 2, ...named('memory', 2, 0), ...named('scan', 0, 0)),
  ...section(10, 1, body.length, ...body),
]);

const { memory, scan } = new WebAssembly.Instance(new WebAssembly.Module(binary)).exports as {
  memory: WebAssembly.Memory;
  scan: (end: number) => void;
};

/** @param fill writes the values, `count` of them, into the memory that they are scanned in */
export function extremesOf(count: number, fill: (values: Float32Array) => void): Extremes {
  const padded = Math.ceil(count / 4) * 4;
  const missing = start + 4 * padded - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65536));
  const values = new Float32Array(memory.buffer, start, padded);
  fill(values.subarray(0, count));
  values.fill(0, count);
  scan(start + values.byteLength);
  const found = new Int32Array(memory.buffer, 0, 8);
  const zeros = found.subarray(4).reduce((sum, lane) => sum + lane, 0);
  const [max = 0] = new Float32Array(Int32Array.of(Math.max(...found.subarray(0, 4))).buffer);
  return { max, nonZero: padded - zeros };
}
