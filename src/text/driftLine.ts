import { magnitude, probability } from './numbers.ts';

/** How far a candidate lies from its base on control text. */
export function driftLine({
  meanKl,
  sameTop,
}: {
  readonly meanKl: number;
  readonly sameTop: number | null;
}): string {
  const top = sameTop === null ? '' : `; the likeliest token is the same at ${probability(sameTop)}`;
  return `Drift on control text: ${magnitude(meanKl)} nats a token${top}.`;
}
