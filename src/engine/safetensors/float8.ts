/** The formats of 8 bits that weights are stored in (OCP 8-bit Floating Point Specification, 2023). */
export type Float8 = 'f8_e4m3' | 'f8_e5m2';

const layouts = {
  f8_e4m3: { exponentBits: 4, mantissaBits: 3, bias: 7 },
  f8_e5m2: { exponentBits: 5, mantissaBits: 2, bias: 15 },
} as const;

export const isFloat8 = (type: string): type is Float8 => Object.hasOwn(layouts, type);

/** The value of each of the 256 codes. E4M3 has no infinity, and NaN only where all other bits are set. */
export const float8Values: Readonly<Record<Float8, Float32Array>> = {
  f8_e4m3: valuesOf('f8_e4m3'),
  f8_e5m2: valuesOf('f8_e5m2'),
};

function valuesOf(type: Float8): Float32Array {
  const { exponentBits, mantissaBits, bias } = layouts[type];
  return Float32Array.from({ length: 256 }, (_, code) => {
    const sign = code < 128 ? 1 : -1;
    const magnitude = code & 127;
    const exponent = magnitude >> mantissaBits;
    const fraction = (magnitude & ((1 << mantissaBits) - 1)) / (1 << mantissaBits);
    const highest = exponent === (1 << exponentBits) - 1;
    if (type === 'f8_e4m3' && magnitude === 127) return Number.NaN;
    if (type === 'f8_e5m2' && highest) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    return exponent === 0
      ? sign * fraction * 2 ** (1 - bias)
      : sign * (1 + fraction) * 2 ** (exponent - bias);
  });
}

/** The largest finite value. */
const largest: Readonly<Record<Float8, number>> = { f8_e4m3: 448, f8_e5m2: 57_344 };

/** What storing rows as floats of 8 bits leaves of them, each row scaled so that its largest value just fits. */
export function roundToFloat8(type: Float8, values: Float32Array, columns: number): Float32Array {
  const { mantissaBits, bias } = layouts[type];
  const rounded = new Float32Array(values.length);
  for (let from = 0; from < values.length; from += columns) {
    const row = values.subarray(from, from + columns);
    const peak = row.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const scale = peak === 0 ? 1 : largest[type] / peak;
    for (const [i, value] of row.entries()) {
      rounded[from + i] = toNearest(value * scale, mantissaBits, 1 - bias) / scale;
    }
  }
  return rounded;
}

/** The nearest float of so many bits behind the point, ties to even. @param least exponent of the smallest normal float */
export function toNearest(value: number, mantissaBits: number, least: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  const exponent = Math.max(least, Math.floor(Math.log2(Math.abs(value))));
  const step = 2 ** (exponent - mantissaBits);
  const steps = value / step;
  const down = Math.floor(steps);
  const rest = steps - down;
  const up = rest > 0.5 || (rest === 0.5 && down % 2 !== 0);
  return (up ? down + 1 : down) * step;
}
