/** The leading singular values of a change, largest first, and where those of noise would end. */
export interface Spectrum {
  readonly values: readonly number[];
  /** null where there is no noise to speak of. */
  readonly edge: number | null;
  /** How many of them stand out of the noise. */
  readonly spikes: number;
}

interface SpectrumBar {
  /** All in 0..1 of the picture's width and height. */
  readonly left: number;
  readonly width: number;
  readonly height: number;
  readonly spike: boolean;
}

export interface SpectrumPicture {
  readonly bars: readonly SpectrumBar[];
  /** The height of the noise's edge; null without one. */
  readonly edge: number | null;
}

/** Bars for at least so many values, so that a single one is no wall. */
const room = 16;
/** Of the picture, above the largest value. */
const head = 0.12;

/** Heights go by the logarithm: a spike may stand ten thousand times above the noise. */
export function spectrumPicture({ values, edge, spikes }: Spectrum): SpectrumPicture {
  const positive = [...values, edge ?? 0].filter((value) => value > 0);
  const top = Math.max(...positive, Number.MIN_VALUE);
  const bottom = Math.min(...positive, top) / 2;
  const span = Math.log(top) - Math.log(bottom) || 1;
  const heightOf = (value: number) =>
    value <= bottom ? 0.01 : Math.max(0.01, ((1 - head) * (Math.log(value) - Math.log(bottom))) / span);
  const step = 1 / Math.max(room, values.length);
  return {
    bars: values.map((value, index) => ({
      left: (index + 0.1) * step,
      width: 0.8 * step,
      height: heightOf(value),
      spike: index < spikes,
    })),
    edge: edge !== null && edge > 0 ? heightOf(edge) : null,
  };
}
