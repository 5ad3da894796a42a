import { at } from './at.ts';
/** The middle value, the upper one of two; 0 of none. */
export function median(values: Iterable<number>): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0 ? 0 : at(sorted, Math.floor(sorted.length / 2));
}
