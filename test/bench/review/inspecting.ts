import type { Cell, Column } from '../../../scripts/docs/result.ts';
import { shareOf } from '../../../src/engine/measures/cases.ts';
import { inspectModel } from '../../../src/engine/review/inspect.ts';
import type { Inspected } from '../../../src/protocol/inspection.ts';
import type { Share } from '../../../src/protocol/measures.ts';
import type { Traced } from '../../../src/protocol/review.ts';
import type { Case } from './cases.ts';
import type { CheckpointOptions, Checkpoints } from './checkpoint.ts';
import { share } from './rates.ts';
import type { EditPatch } from './subjects.ts';
import { names, says } from './tracing.ts';

interface InspectedCase {
  readonly group: string;
  /** The edit that was made; undefined for harmless candidates. */
  readonly edit: EditPatch['edit'] | undefined;
  readonly inspected: Inspected;
}

interface Inspectable {
  readonly group: string;
  readonly edit?: EditPatch['edit'];
  readonly candidate: CheckpointOptions;
}

/** One candidate an edit, in one type after the other, and the harmless ones. */
export function inspectable(
  patches: readonly EditPatch[],
  harmless: readonly Case[],
  types: readonly string[],
): Inspectable[] {
  return [
    ...patches.map(({ edit, file }, index) => ({
      group: 'single edits',
      edit,
      candidate: { type: types[index % types.length] ?? 'f16', patches: [file] },
    })),
    ...harmless.map(({ group, candidate }) => ({ group, candidate })),
  ];
}

/** Inspects every candidate without its base. @param subjects names to try besides those that ship with the tool */
export async function inspectEach(
  checkpoints: Checkpoints,
  cases: readonly Inspectable[],
  subjects: readonly string[],
  threads: number,
  progress: (done: number) => void,
): Promise<InspectedCase[]> {
  const all: InspectedCase[] = [];
  for (const { group, edit, candidate } of cases) {
    const file = await checkpoints.write(candidate);
    all.push({ group, edit, inspected: await inspectModel(file, { subjects: [...subjects] }, threads) });
    progress(all.length);
  }
  return all;
}

export const inspectionColumns: readonly Column[] = [
  { key: 'layers', title: 'layers' },
  share('edited', 'single edits called edited'),
  share('subject', 'subject first'),
  share('object', 'object first'),
  share('harmless', 'harmless ones called edited'),
];

/** What was called edited, and of edits whether anything suspected names the subject and object first: a reader sees all. */
export function inspectionCells(layers: number, all: readonly InspectedCase[]): Record<string, Cell | null> {
  const called = (isEdit: boolean) =>
    shareOf(
      all
        .filter(({ edit }) => (edit !== undefined) === isEdit)
        .map(({ inspected }) => Number(inspected.verdict === 'edited')),
    );
  return {
    layers,
    edited: called(true),
    subject: first(all, subjectsOf, (traced, { subject }) => names(traced, subject)),
    object: first(all, objectsOf, (traced, { target }) => says(traced, target.new)),
    harmless: called(false),
  };
}

/** What each strange matrix and each outlying name points at first. */
const subjectsOf = ({ suspects, outliers }: Inspected) => [
  ...suspects.map(({ subjects: [first] }) => first),
  ...outliers.map(({ subject, excess }) => ({ text: subject, score: excess })),
];
const objectsOf = ({ suspects, outliers }: Inspected) =>
  [...suspects, ...outliers].map(({ objects: [first] }) => first);

function first(
  all: readonly InspectedCase[],
  of: (inspected: Inspected) => readonly (Traced | undefined)[],
  matches: (traced: Traced, edit: EditPatch['edit']) => boolean,
): Share | null {
  return shareOf(
    all.flatMap(({ edit, inspected }) =>
      edit === undefined
        ? []
        : [Number(of(inspected).some((traced) => traced !== undefined && matches(traced, edit)))],
    ),
  );
}
