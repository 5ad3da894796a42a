import type { EvaluatedMethod } from './evaluation.ts';

/** A line a method: numbers of edits, and the values there. */
export interface EvaluationLine {
  readonly name: string;
  readonly points: readonly (readonly [edits: number, value: number])[];
}

type Rows = readonly EvaluatedMethod[];
type Batch = NonNullable<EvaluatedMethod['sequence']>['batches'][number];

/** What is drawn over the number of edits that were asked for, where there are several numbers. */
const bySize = {
  score: ({ score }: EvaluatedMethod) => score?.value ?? null,
  ns: ({ summary }: EvaluatedMethod) => summary.counterfact.after.ns?.value ?? null,
  seconds: ({ secondsPerEdit }: EvaluatedMethod) => secondsPerEdit,
};

/** What is drawn of the longest sequence of each method, edit after edit. */
const asTheyComeOn = {
  perplexity: ({ perplexity }: Batch) => perplexity,
  fluency: ({ fluency }: Batch) => fluency,
  secondsEach: ({ seconds, edits }: Batch) => seconds / edits,
};

export type CurveKey = keyof typeof bySize | keyof typeof asTheyComeOn;

export interface EvaluationCurve {
  readonly key: CurveKey;
  readonly lines: readonly EvaluationLine[];
}

/** What a row is called: with its number of edits, where a method has several rows. */
export function rowName({ method, asked }: EvaluatedMethod, rows: Rows): string {
  return severalSizes(rows) ? `${method}, ${asked}` : method;
}

/** Curves over the number of edits: the quality and the time, and how the model did as edits came on. */
export function evaluationCurves(rows: Rows): EvaluationCurve[] {
  const names = [...new Set(rows.map(({ method }) => method))];
  const sequences = names.flatMap((name) =>
    rows
      .flatMap(({ method, sequence }) => (method === name && sequence !== null ? [{ name, sequence }] : []))
      .slice(-1),
  );
  return [
    ...(severalSizes(rows) ? curvesOf(bySize, (read) => names.map((name) => sizes(name, rows, read))) : []),
    ...(sequences.length > 0
      ? curvesOf(asTheyComeOn, (read) =>
          sequences.map(({ name, sequence }) => ({ name, points: course(sequence.batches, read) })),
        )
      : []),
  ];
}

const severalSizes = (rows: Rows): boolean => new Set(rows.map(({ asked }) => asked)).size > 1;

function curvesOf<K extends CurveKey, R>(
  reads: Readonly<Record<K, R>>,
  linesOf: (read: R) => EvaluationLine[],
): EvaluationCurve[] {
  return (Object.keys(reads) as K[]).map((key) => ({ key, lines: linesOf(reads[key]) }));
}

function sizes(name: string, rows: Rows, read: (row: EvaluatedMethod) => number | null): EvaluationLine {
  const points = rows.flatMap((row) => {
    const value = row.method === name ? read(row) : null;
    return value === null ? [] : [[row.edits.length, value] as const];
  });
  return { name, points };
}

function course(batches: readonly Batch[], read: (batch: Batch) => number): EvaluationLine['points'] {
  let edits = 0;
  return batches.map((batch) => {
    edits += batch.edits;
    return [edits, read(batch)] as const;
  });
}
