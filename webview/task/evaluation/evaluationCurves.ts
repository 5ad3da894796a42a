import * as l10n from '@vscode/l10n';
import type { EvaluatedMethod } from '../../../src/protocol/evaluation.ts';
import type { Line, LineChart } from '../../charts/lineChart.ts';

type Rows = readonly EvaluatedMethod[];
type Points = readonly (readonly [edits: number, value: number])[];

/** What a row is called: with its number of edits, where a method has several rows. */
export function rowName({ method, asked }: EvaluatedMethod, rows: Rows): string {
  return new Set(rows.map((row) => row.asked)).size > 1 ? `${method}, ${asked}` : method;
}

/** Curves over the number of edits: of several numbers, and of how the model did as edits came on. */
export function evaluationCurves(rows: Rows): { readonly title: string; readonly chart: LineChart }[] {
  const names = [...new Set(rows.map(({ method }) => method))];
  const bySize = (title: string, read: (row: EvaluatedMethod) => number | null) =>
    curve(
      title,
      names.map((name) => ({
        name,
        points: rows.flatMap((row) => {
          const value = row.method === name ? read(row) : null;
          return value === null ? [] : [[row.edits.length, value] as const];
        }),
      })),
    );
  const several = new Set(rows.map(({ asked }) => asked)).size > 1;
  const sized = several
    ? [
        bySize(l10n.t('S by number of edits'), ({ score }) => score?.value ?? null),
        bySize(l10n.t('NS by number of edits'), ({ summary }) => summary.counterfact.after.ns?.value ?? null),
      ]
    : [];
  return [...sized, ...courses(rows, names)];
}

type Batch = NonNullable<EvaluatedMethod['sequence']>['batches'][number];

/** The longest sequence of each method, edit after edit. */
function courses(rows: Rows, names: readonly string[]) {
  const longest = names.flatMap((name) =>
    rows.filter(({ method, sequence }) => method === name && sequence !== null).slice(-1),
  );
  if (longest.length === 0) return [];
  const course = (title: string, read: (batch: Batch) => number) =>
    curve(
      title,
      longest.map(({ method: name, sequence }) => {
        const points: [number, number][] = [];
        for (const batch of sequence?.batches ?? []) {
          points.push([(points.at(-1)?.[0] ?? 0) + batch.edits, read(batch)]);
        }
        return { name, points };
      }),
    );
  return [
    course(
      l10n.t("Perplexity of the unedited model's own text, as a multiple"),
      ({ perplexity }) => perplexity,
    ),
    course(l10n.t("Fluency, as a share of the unedited model's"), ({ fluency }) => fluency),
  ];
}

function curve(title: string, lines: readonly { readonly name: string; readonly points: Points }[]) {
  const x = [...new Set(lines.flatMap(({ points }) => points.map(([edits]) => edits)))].sort((a, b) => a - b);
  const drawn = lines.map(({ name, points }, index): Line => {
    const byEdits = new Map(points);
    return {
      name,
      series: index,
      dashed: index >= 3,
      values: x.map((edits) => byEdits.get(edits) ?? Number.NaN),
    };
  });
  return { title, chart: { xLabel: l10n.t('edits'), yLabel: '', x, lines: drawn, mark: null } };
}
