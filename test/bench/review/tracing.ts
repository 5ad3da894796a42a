import type { Cell, Column } from '../../../scripts/docs/result.ts';
import { shareOf } from '../../../src/engine/measures/cases.ts';
import { mean } from '../../../src/engine/numeric/mean.ts';
import { reviewModels } from '../../../src/engine/review/review.ts';
import type { Reviewed, Traced } from '../../../src/protocol/review.ts';
import type { Checkpoints } from './checkpoint.ts';
import { share } from './rates.ts';
import type { EditPatch } from './subjects.ts';

interface TracedCase {
  readonly patch: EditPatch;
  readonly type: string;
  readonly review: Reviewed;
}

/** Reviews edited candidates with tracing. @param names the list of subjects */
export async function traceEach(
  checkpoints: Checkpoints,
  patches: readonly EditPatch[],
  types: readonly string[],
  names: readonly string[],
  threads: number,
  progress: (done: number) => void,
): Promise<TracedCase[]> {
  const found: TracedCase[] = [];
  for (const [index, patch] of patches.entries()) {
    const type = types[index % types.length] ?? 'f16';
    const candidate = await checkpoints.write({ type, patches: [patch.file] });
    const review = await reviewModels(
      await checkpoints.base(type),
      candidate,
      { subjects: [...names] },
      threads,
    );
    found.push({ patch, type, review });
    progress(found.length);
  }
  return found;
}

export const plain = (text: string) => text.trim().toLowerCase().replace(/^the /, '');

/** The subject itself, but for an article. */
export const names = ({ text }: Traced, subject: string) => plain(text) === plain(subject);
/** The subject or whole words at its end: what a search without a list can find at best in its first step. */
const ends = ({ text }: Traced, subject: string) => ` ${plain(subject)}`.endsWith(` ${plain(text)}`);
/** The object or its beginning, from the first letters of its first token on. */
export const says = ({ text }: Traced, object: string) =>
  plain(text) !== '' && (plain(object).startsWith(plain(text)) || plain(text).startsWith(plain(object)));

export const tracingColumns: readonly Column[] = [
  share('subject', 'subject first, from a list with it'),
  share('subject5', '... in the first five'),
  share('ends', '... first, counting its last words'),
  share('object', 'object first'),
  share('object5', '... in the first five'),
  share('restored', 'answers restored by the reversal'),
  { key: 'klBefore', title: 'KL to the base before it', significant: 2 },
  { key: 'klAfter', title: 'KL to the base after it', significant: 2 },
  share('roundingRestored', 'answers kept under rounding of activations alone'),
  { key: 'roundingKl', title: 'KL that this makes', significant: 2 },
];

/** How often subject and object are found, and what the reversals bring back. */
export function tracingCells(cases: readonly TracedCase[]): Record<string, Cell | null> {
  const edits = cases.map(({ patch, review }) => ({
    subject: patch.edit.subject,
    object: patch.edit.target.new,
    finding: review.findings.find(({ kind }) => kind === 'edit'),
    reversal: review.reversal?.measured,
  }));
  const within = (count: number, hit: (edit: (typeof edits)[number], place: number) => boolean) =>
    shareOf(
      edits.map((edit) =>
        Number(Array.from({ length: count }, (_, place) => place).some((place) => hit(edit, place))),
      ),
    );
  const subject = (match: typeof names) => (edit: (typeof edits)[number], place: number) => {
    const found = edit.finding?.subjects[place];
    return found !== undefined && match(found, edit.subject);
  };
  const object = (edit: (typeof edits)[number], place: number) => {
    const found = edit.finding?.objects[place];
    return found !== undefined && says(found, edit.object);
  };
  const measured = edits.flatMap(({ reversal }) =>
    reversal === undefined || reversal === null ? [] : [reversal],
  );
  const average = (read: (one: (typeof measured)[number]) => number) =>
    measured.length === 0 ? null : mean(measured.map(read));
  return {
    subject: within(1, subject(names)),
    subject5: within(5, subject(names)),
    ends: within(1, subject(ends)),
    object: within(1, object),
    object5: within(5, object),
    restored: average(({ restored }) => restored),
    klBefore: average(({ klBefore }) => klBefore),
    klAfter: average(({ klAfter }) => klAfter),
    roundingRestored: average(({ noise }) => noise.restored),
    roundingKl: average(({ noise }) => noise.kl),
  };
}
