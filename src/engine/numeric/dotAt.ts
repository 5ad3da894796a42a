/** The inner product of two stretches of `count` numbers. Four sums at once keep the processor's pipelines full; V8 does not do this by itself. */
export function dotAt(x: Float64Array, xAt: number, y: Float64Array, yAt: number, count: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i + 3 < count; i += 4) {
    a += (x[xAt + i] as number) * (y[yAt + i] as number);
    b += (x[xAt + i + 1] as number) * (y[yAt + i + 1] as number);
    c += (x[xAt + i + 2] as number) * (y[yAt + i + 2] as number);
    d += (x[xAt + i + 3] as number) * (y[yAt + i + 3] as number);
  }
  for (; i < count; i++) a += (x[xAt + i] as number) * (y[yAt + i] as number);
  return a + b + c + d;
}
