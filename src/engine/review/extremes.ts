/**
 * The largest size of `values` and how many are not zero. Read as integers: without their sign, floats are ordered as
 * their bits are, and integers are compared faster.
 */
export function extremes(values: Float32Array): { max: number; nonZero: number } {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  let max = 0;
  let nonZero = 0;
  for (let i = 0; i < bits.length; i++) {
    const size = (bits[i] as number) & 0x7fffffff;
    if (size > max) max = size;
    if (size !== 0) nonZero++;
  }
  const [largest = 0] = new Float32Array(Int32Array.of(max).buffer);
  return { max: largest, nonZero };
}
