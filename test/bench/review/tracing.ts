import { reviewModels } from '../../../src/engine/review/review.ts';
import type { Reviewed, Traced } from '../../../src/protocol/review.ts';
import type { Checkpoints } from './checkpoint.ts';
import { rate, table } from './rates.ts';
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

export function tracingTable(label: string, cases: readonly TracedCase[]): string {
  const edits = cases.map(({ patch, review }) => ({
    subject: patch.edit.subject,
    object: patch.edit.target.new,
    finding: review.findings.find(({ kind }) => kind === 'edit'),
    reversal: review.reversal?.measured,
  }));
  const within = (count: number, hit: (edit: (typeof edits)[number], place: number) => boolean) =>
    rate(
      edits.map((edit) =>
        Array.from({ length: count }, (_, place) => place).some((place) => hit(edit, place)),
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
  const mean = (values: readonly number[]) =>
    values.length === 0
      ? '–'
      : (values.reduce((sum, value) => sum + value, 0) / values.length).toExponential(1);
  return table(
    [label, ''],
    [
      ['subject first / in the first five', `${within(1, subject(names))} / ${within(5, subject(names))}`],
      ['... counting its last words', `${within(1, subject(ends))} / ${within(5, subject(ends))}`],
      ['object first / in the first five', `${within(1, object)} / ${within(5, object)}`],
      [
        'answers restored by the reversal',
        measured.length === 0
          ? '–'
          : (measured.reduce((sum, { restored }) => sum + restored, 0) / measured.length).toFixed(3),
      ],
      [
        'mean KL to the base, before → after',
        `${mean(measured.map(({ klBefore }) => klBefore))} → ${mean(measured.map(({ klAfter }) => klAfter))}`,
      ],
      [
        'what rounding of activations alone does to the base: answers kept; mean KL',
        `${measured.length === 0 ? '–' : (measured.reduce((sum, { noise }) => sum + noise.restored, 0) / measured.length).toFixed(3)}; ${mean(measured.map(({ noise }) => noise.kl))}`,
      ],
    ],
  );
}
