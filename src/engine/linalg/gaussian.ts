/** Standard normal numbers, the same ones for the same seed (xorshift32, Box and Muller). */
export function gaussian(count: number, seed = 1): Float32Array<ArrayBuffer> {
  let state = seed;
  const uniform = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return ((state >>> 0) + 0.5) / 2 ** 32;
  };
  return Float32Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  );
}
