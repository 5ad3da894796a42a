import { bytes, plural } from './numbers.ts';

/** How much was downloaded of models that lie elsewhere, and what of them was not read because a digest says it is the same. */
export function movedLine(moved: {
  readonly bytes: number;
  readonly of: number;
  readonly same: number;
}): string {
  const downloaded = `Downloaded: ${bytes(moved.bytes)} of ${bytes(moved.of)}.`;
  if (moved.same === 0) return downloaded;
  const one = moved.same === 1;
  return `${downloaded} ${plural(moved.same, 'file')} of the candidate ${one ? 'is' : 'are'} the base's by SHA-256, as the hub says it, and ${one ? 'was' : 'were'} not read.`;
}
