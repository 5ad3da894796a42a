/** 97.5th percentile of the standard normal distribution. */
const z = 1.959963984540054;

/**
 * The 95 % score interval of a share (Wilson 1927). It stays within 0..1 and is meaningful for few cases and for
 * shares of 0 and 1. `share` may be a mean of shares; the interval then is a conservative one.
 */
export function wilson(share: number, n: number): { low: number; high: number } {
  if (n <= 0) return { low: 0, high: 1 };
  const centre = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  // at the ends of the scale the interval ends there too, whatever rounding says
  return {
    low: share === 0 ? 0 : Math.max(0, centre - half),
    high: share === 1 ? 1 : Math.min(1, centre + half),
  };
}
