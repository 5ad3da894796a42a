import { diffWordsWithSpace } from 'diff';

export interface DiffPart {
  readonly text: string;
  readonly side: 'both' | 'before' | 'after';
}

/** Longer texts are compared as wholes: word by word they would take seconds. In characters. */
const maxLength = 20_000;

/**
 * What two texts have in common and what only one of them says, by words, in reading order. What is said otherwise in a
 * row stands together, first as it was: "~~United States has a population~~ Roman Empire was ruled".
 */
export function wordDiff(before: string, after: string): DiffPart[] {
  if (before.length + after.length > maxLength && before !== after) {
    return [
      { text: before, side: 'before' },
      { text: after, side: 'after' },
    ];
  }
  const parts = diffWordsWithSpace(before, after).map(
    ({ value, added, removed }): DiffPart => ({
      text: value,
      side: removed ? 'before' : added ? 'after' : 'both',
    }),
  );
  return grouped(parts);
}

/** A stretch in which the texts differ, as each has it, and what both say behind it. */
interface Stretch {
  before: string;
  after: string;
  common: string;
}

function grouped(parts: readonly DiffPart[]): DiffPart[] {
  const stretches: Stretch[] = [];
  let open: Stretch = { before: '', after: '', common: '' };
  for (const { text, side } of parts) {
    if (side === 'both') open.common += text;
    else {
      if (open.common !== '') {
        stretches.push(open);
        open = { before: '', after: '', common: '' };
      }
      open[side] += text;
    }
  }
  stretches.push(open);
  return joined(stretches)
    .map(withoutSharedEnd)
    .flatMap(({ before, after, common }) =>
      (
        [
          { text: before, side: 'before' },
          { text: after, side: 'after' },
          { text: common, side: 'both' },
        ] as const
      ).filter(({ text }) => text !== ''),
    );
}

/** A word that both have by chance between two differences belongs to them; so does a space. */
function joined(stretches: readonly Stretch[]): Stretch[] {
  const kept: Stretch[] = [];
  for (const next of stretches) {
    const last = kept.at(-1);
    if (last === undefined || !isChance(last, next)) kept.push({ ...next });
    else {
      last.before += last.common + next.before;
      last.after += last.common + next.after;
      last.common = next.common;
    }
  }
  return kept;
}

/** The space that ends both sides is said by both. */
function withoutSharedEnd({ before, after, common }: Stretch): Stretch {
  const space = before.endsWith(' ') && after.endsWith(' ') ? ' ' : '';
  const cut = (text: string) => text.slice(0, text.length - space.length);
  return { before: cut(before), after: cut(after), common: space + common };
}

/** As diff-match-patch has it: no longer than what differs on either side. */
function isChance(last: Stretch, next: Stretch): boolean {
  const size = ({ before, after }: Stretch) => Math.max(before.length, after.length);
  if (size(last) === 0 || size(next) === 0) return false;
  return last.common.trim() === '' || last.common.length <= Math.min(size(last), size(next));
}
