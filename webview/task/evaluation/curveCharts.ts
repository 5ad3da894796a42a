import * as l10n from '@vscode/l10n';
import type { EvaluatedMethod } from '../../../src/protocol/evaluation.ts';
import {
  type CurveKey,
  type EvaluationLine,
  evaluationCurves,
} from '../../../src/protocol/evaluationCurves.ts';
import type { Line, LineChart } from '../../charts/lineChart.ts';

const titles: Readonly<Record<CurveKey, () => string>> = {
  score: () => l10n.t('S by number of edits'),
  ns: () => l10n.t('NS by number of edits'),
  seconds: () => l10n.t('Seconds an edit by number of edits'),
  perplexity: () => l10n.t("Perplexity of the unedited model's own text, as a multiple"),
  fluency: () => l10n.t("Fluency, as a share of the unedited model's"),
  secondsEach: () => l10n.t('Seconds an edit, as edits come on'),
};

/** The curves of an evaluation, as charts. */
export function curveCharts(
  rows: readonly EvaluatedMethod[],
): { readonly title: string; readonly chart: LineChart }[] {
  return evaluationCurves(rows).map(({ key, lines }) => ({ title: titles[key](), chart: chartOf(lines) }));
}

/** The lines over all numbers of edits that any of them has. */
function chartOf(lines: readonly EvaluationLine[]): LineChart {
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
  return { xLabel: l10n.t('edits'), yLabel: '', x, lines: drawn, mark: null };
}
