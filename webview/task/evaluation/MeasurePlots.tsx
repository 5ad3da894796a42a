import type { VNode } from 'preact';
import type { EvaluatedMethod } from '../../../src/protocol/evaluation.ts';
import { rowName } from '../../../src/protocol/evaluationCurves.ts';
import { type EvaluationMeasure, shown } from '../../../src/protocol/evaluationMeasures.ts';
import { IntervalBar } from '../../charts/IntervalBar.tsx';

interface MeasurePlotsProps {
  readonly measures: readonly EvaluationMeasure[];
  readonly rows: readonly EvaluatedMethod[];
}

/** A small plot a measure: a bar a method, with its interval. */
export function MeasurePlots({ measures, rows }: MeasurePlotsProps): VNode {
  return (
    <div class="plots">
      {measures.map((measure) => (
        <Plot key={measure.key} measure={measure} rows={rows} />
      ))}
    </div>
  );
}

function Plot({
  measure: { name, read },
  rows,
}: {
  readonly measure: EvaluationMeasure;
  readonly rows: readonly EvaluatedMethod[];
}): VNode {
  const values = rows.map(read);
  const isShare = values.some((value) => value !== null && typeof value !== 'number');
  const numbers = values.flatMap((value) => (typeof value === 'number' ? [value] : (value?.value ?? [])));
  const most = isShare ? 1 : Math.max(...numbers, Number.MIN_VALUE);
  return (
    <figure class="plot">
      <figcaption>{name}</figcaption>
      <ul>
        {rows.map((row, index) => {
          const value = values[index] ?? null;
          const bounds =
            typeof value === 'number' || value === null ? {} : { low: value.low, high: value.high };
          return (
            <li key={index}>
              <span class="plot-name">{rowName(row, rows)}</span>
              <IntervalBar
                value={typeof value === 'number' ? value : (value?.value ?? null)}
                most={most}
                {...bounds}
              />
              <span class="plot-value">{shown(value) || '–'}</span>
            </li>
          );
        })}
      </ul>
    </figure>
  );
}
