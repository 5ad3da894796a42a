import { diffWordsWithSpace } from 'diff';

export interface DiffPart {
  readonly text: string;
  readonly side: 'both' | 'before' | 'after';
}

/** Longer texts are compared as wholes: word by word they would take seconds. In characters. */
const longest = 20_000;

/** What two texts have in common and what only one of them says, by words, in reading order. */
export function wordDiff(before: string, after: string): DiffPart[] {
  if (before.length + after.length > longest && before !== after) {
    return [
      { text: before, side: 'before' },
      { text: after, side: 'after' },
    ];
  }
  return diffWordsWithSpace(before, after).map(({ value, added, removed }) => ({
    text: value,
    side: removed ? 'before' : added ? 'after' : 'both',
  }));
}
